import { App, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { AlarmActions, AlarmSetting, DeadLetters } from '../../src';
import { deniedHandOvers, permissionsOf, strangers } from '../support/permissions';
import { newStack, propertiesOf, warningsOf } from '../support/stacks';

const EVENTS = new iam.ServicePrincipal('events.amazonaws.com');
const RULE = 'arn:aws:events:us-east-1:111122223333:rule/orders';
const quiet = (stack: Stack) => AlarmActions.of(stack).none('a test');

test('fault 40: a queue that keeps messages for 14 days', () => {
  const stack = newStack();
  new DeadLetters(stack, 'DeadLetters');
  expect(propertiesOf(stack, 'AWS::SQS::Queue')).toEqual([{ MessageRetentionPeriod: 14 * 86_400 }]);
});

test('whose messages come over TLS only', () => {
  const stack = newStack();
  const { queue } = new DeadLetters(stack, 'DeadLetters');
  const role = new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
  role.addToPolicy(new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queue.queueArn] }));
  const permissions = permissionsOf(stack);
  const attempt = { role: permissions.arnOf(role), action: 'sqs:SendMessage', resource: permissions.arnOf(queue) };
  expect(permissions.allows(attempt)).toBe(true);
  expect(permissions.allows({ ...attempt, secure: false })).toBe(false);
});

test.each([
  [Duration.seconds(59), '59 seconds'],
  [Duration.days(15), '15 days'],
])('keeps them for no %s', (retention, shown) => {
  expect(() => new DeadLetters(newStack(), 'DeadLetters', { retention }))
    .toThrow(`'retention' must be between 1 minute and 14 days, got '${shown}'`);
});

describe('fault 32: dead letters that nobody looks at', () => {
  test('raise an alarm from the first message on, which tells what to do, and is quiet without data', () => {
    const stack = newStack();
    const { queue } = new DeadLetters(stack, 'DeadLetters');
    expect(propertiesOf(stack, 'AWS::CloudWatch::Alarm')).toEqual([expect.objectContaining({
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [{ Name: 'QueueName', Value: stack.resolve(queue.queueName) }],
      Statistic: 'Maximum',
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
    })]);
    expect(JSON.stringify(propertiesOf(stack, 'AWS::CloudWatch::Alarm'))).toContain('README.md#dead-letters');
  });

  test('can be off with a reason, or at another threshold', () => {
    const stack = newStack();
    new DeadLetters(stack, 'Off', { alarm: AlarmSetting.off('a person reads it every day') });
    new DeadLetters(stack, 'Many', { alarm: AlarmSetting.threshold(100) });
    expect(propertiesOf(stack, 'AWS::CloudWatch::Alarm').map(({ Threshold }) => Threshold)).toEqual([100]);
  });

  test('of a queue of the user\'s own, once, unless more is asked for', () => {
    const stack = newStack();
    const queue = new sqs.Queue(stack, 'Own');
    new DeadLetters(stack, 'One', { queue });
    new DeadLetters(stack, 'Two', { queue });
    new DeadLetters(stack, 'Three', { queue, alarm: AlarmSetting.threshold(10) });
    expect(propertiesOf(stack, 'AWS::CloudWatch::Alarm').map(({ Threshold }) => Threshold)).toEqual([1, 10]);
  });

  test('are left alone where their owner switched the alarm off', () => {
    const stack = newStack();
    const { queue } = new DeadLetters(stack, 'One', { alarm: AlarmSetting.off('a person reads it every day') });
    new DeadLetters(stack, 'Two', { queue });
    expect(propertiesOf(stack, 'AWS::CloudWatch::Alarm')).toEqual([]);
  });
});

test.each(['fifo', 'retention', 'encryptionKey'] as const)('a queue of the user\'s own has its own %s', (prop) => {
  const stack = newStack();
  const queue = new sqs.Queue(stack, 'Own');
  const value = { fifo: true, retention: Duration.days(1), encryptionKey: new kms.Key(stack, 'Key') }[prop];
  expect(() => new DeadLetters(stack, 'DeadLetters', { queue, [prop]: value }))
    .toThrow(`'${prop}' must not be given with a queue of your own, which has its own, got 'Test/Own'`);
});

test('the alarm of a queue of the user\'s that one pattern switched off is there for another', () => {
  const stack = newStack();
  const queue = new sqs.Queue(stack, 'Own');
  new DeadLetters(stack, 'One', { queue, alarm: AlarmSetting.off('mine are of no use') });
  new DeadLetters(stack, 'Two', { queue });
  expect(propertiesOf(stack, 'AWS::CloudWatch::Alarm')).toHaveLength(1);
});

describe('a named sender', () => {
  const permits = (stack: Stack, { queue }: DeadLetters, request: { service: string; sourceArn: string; sourceAccount?: string }) => {
    const permissions = permissionsOf(stack);
    return permissions.allows({ ...request, action: 'sqs:SendMessage', resource: permissions.arnOf(queue) });
  };

  test('fault 17: may write, and no other', () => {
    const stack = newStack();
    const deadLetters = new DeadLetters(stack, 'DeadLetters');
    deadLetters.allowSender(EVENTS, RULE);
    expect(permits(stack, deadLetters, { service: 'events.amazonaws.com', sourceArn: RULE })).toBe(true);
    expect(permits(stack, deadLetters, { service: 'events.amazonaws.com', sourceArn: `${RULE}2` })).toBe(false);
    expect(permits(stack, deadLetters, { service: 'sns.amazonaws.com', sourceArn: RULE })).toBe(false);
  });

  test('fault 16: is refused where only AWS has the key', () => {
    const stack = newStack();
    const deadLetters = new DeadLetters(stack, 'DeadLetters', { queue: new sqs.Queue(stack, 'Own', { encryption: sqs.QueueEncryption.KMS_MANAGED }) });
    expect(() => deadLetters.allowSender(EVENTS, RULE))
      .toThrow('\'queue\' must not have the AWS-managed key, which lets no service write (take a key of your own, or QueueEncryption.SQS_MANAGED), got \'Test/Own\'');
  });

  test('fault 15: may use the customer-managed key, in this account only', () => {
    const stack = newStack();
    const encryptionKey = new kms.Key(stack, 'Key');
    new DeadLetters(stack, 'DeadLetters', { encryptionKey }).allowSender(EVENTS, RULE);
    const permissions = permissionsOf(stack);
    const use = { service: 'events.amazonaws.com', action: 'kms:GenerateDataKey', resource: permissions.arnOf(encryptionKey), sourceArn: RULE };
    expect(permissions.allows({ ...use, sourceAccount: '111122223333' })).toBe(true);
    expect(permissions.allows({ ...use, sourceAccount: '999999999999' })).toBe(false);
    expect(permissions.allows({ ...use, sourceAccount: '111122223333', sourceArn: 'arn:aws:events:us-east-1:111122223333:rule/other' })).toBe(false);
  });

  test('of an imported queue and key is a warning with the statements to paste', () => {
    const stack = newStack();
    const key = kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:us-east-1:111122223333:key/abc');
    const queue = sqs.Queue.fromQueueAttributes(stack, 'Own', { queueArn: 'arn:aws:sqs:us-east-1:111122223333:own', keyArn: key.keyArn });
    const topic = new sns.Topic(stack, 'Orders');
    new DeadLetters(stack, 'DeadLetters', { queue }).allowSender(new iam.ServicePrincipal('sns.amazonaws.com'), topic.topicArn);
    quiet(stack);
    expect(warningsOf(stack)).toEqual([
      expect.stringContaining('queue Test/Own is imported, so its policy is not changed: it needs this statement, or messages are lost: '
        + '{"Action":"sqs:SendMessage","Condition":{"ArnLike":{"aws:SourceArn":"<OrdersA9B65338>"}},"Effect":"Allow",'
        + '"Principal":{"Service":"sns.amazonaws.com"},"Resource":"arn:aws:sqs:us-east-1:111122223333:own"}'),
      expect.stringContaining('{"Action":["kms:GenerateDataKey","kms:Decrypt"],"Condition":{"StringEquals":{"aws:SourceAccount":"<AWS::AccountId>"},'
        + '"ArnLike":{"aws:SourceArn":"arn:<AWS::Partition>:sns:<AWS::Region>:<AWS::AccountId>:*"}}'),
    ]);
  });
});

test('fault 29: the role of a schedule may write to dead letters with a customer-managed key', () => {
  const stack = newStack();
  const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com') });
  const encryptionKey = new kms.Key(stack, 'Key');
  const deadLetters = new DeadLetters(stack, 'DeadLetters', { encryptionKey });
  deadLetters.grantSend(role);
  new CfnSchedule(stack, 'Schedule', {
    scheduleExpression: 'rate(1 hour)',
    flexibleTimeWindow: { mode: 'OFF' },
    target: { arn: 'arn:aws:lambda:us-east-1:111122223333:function:f', roleArn: role.roleArn, deadLetterConfig: { arn: deadLetters.queue.queueArn } },
  });
  const permissions = permissionsOf(stack);
  for (const [action, resource] of [['sqs:SendMessage', deadLetters.queue], ['kms:GenerateDataKey', encryptionKey], ['kms:Decrypt', encryptionKey]] as const) {
    expect([action, permissions.allows({ role: permissions.arnOf(role), action, resource: permissions.arnOf(resource) })]).toEqual([action, true]);
  }
});

describe('fault 31: an alarm of a topic', () => {
  test.each([
    ['with a customer-managed key', (stack: Stack) => ({ masterKey: new kms.Key(stack, 'Key') })],
    ['with a policy', () => ({ enforceSSL: true })],
    ['with both', (stack: Stack) => ({ masterKey: new kms.Key(stack, 'Key'), enforceSSL: true })],
  ])('%s is heard', (_, props) => {
    const stack = newStack();
    new DeadLetters(stack, 'DeadLetters');
    AlarmActions.of(stack).addTopic(new sns.Topic(stack, 'OnCall', props(stack)));
    expect(propertiesOf(stack, 'AWS::CloudWatch::Alarm')[0].AlarmActions).toEqual([{ Ref: expect.stringContaining('OnCall') }]);
    expect(deniedHandOvers(stack)).toEqual([]);
    expect(strangers(stack)).toEqual([]);
  });

  test('is heard by a topic of another stack', () => {
    const app = new App();
    const [ops, orders] = [new Stack(app, 'Ops'), new Stack(app, 'Orders')];
    new DeadLetters(orders, 'DeadLetters');
    AlarmActions.of(app).addTopic(new sns.Topic(ops, 'OnCall', { masterKey: new kms.Key(ops, 'Key') }));
    expect(deniedHandOvers([ops, orders])).toEqual([]);
    expect(ops.dependencies).toEqual([]);
  });

  test('that is said at two scopes is told once', () => {
    const stack = newStack();
    new DeadLetters(stack, 'DeadLetters');
    const topic = new sns.Topic(stack, 'OnCall');
    AlarmActions.of(stack.node.root).addTopic(topic);
    AlarmActions.of(stack).addTopic(topic);
    expect(propertiesOf(stack, 'AWS::CloudWatch::Alarm')[0].AlarmActions).toHaveLength(1);
  });
});

test('a topic of another region cannot be told', () => {
  const app = new App();
  const stack = new Stack(app, 'Test', { env: { account: '111122223333', region: 'eu-west-1' } });
  new DeadLetters(stack, 'DeadLetters');
  expect(() => AlarmActions.of(stack).addTopic(sns.Topic.fromTopicArn(stack, 'T', 'arn:aws:sns:us-east-1:111122223333:t')))
    .toThrow('\'topic\' must be in the region of the pattern');
});
