import { App, CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { AlarmActions, AlarmSetting, EventContract, EventFanOut, EventFanOutProps, EventSubscription, ISubscriber, SubscribeProps, Subscriber } from '../../../src';
import { deniedHandOvers, permissionsOf, strangers } from '../../support/permissions';
import { aFunction, countByType, importedFunction, newStack, propertiesOf, resourcesOf, warningsOf } from '../../support/stacks';

const orderPlaced = new EventContract({ source: 'shop.orders', detailType: 'OrderPlaced' });
const orderPaid = new EventContract({ source: 'shop.payments', detailType: 'OrderPaid' });

function fanOut(stack = newStack(), props: EventFanOutProps = {}): EventFanOut {
  AlarmActions.of(stack).none('a test');
  return new EventFanOut(stack, 'Orders', props);
}
const subscribe = (to: EventFanOut, props: Partial<SubscribeProps> = {}, id = 'Inventory') => to.subscribe(id, {
  on: orderPlaced.all(), to: props.to ?? Subscriber.function(aFunction(Stack.of(to), `${id}Fn`)), ...props,
});
const ruleOf = (stack: Stack) => propertiesOf(stack, 'AWS::Events::Rule')[0];
const failing = (props: Partial<SubscribeProps>) => () => subscribe(fanOut(), props);

describe('a subscription', () => {
  test('is a rule, a queue, dead letters and their alarm', () => {
    const stack = newStack();
    const subscription = subscribe(fanOut(stack));
    const { 'AWS::IAM::Role': _, 'AWS::IAM::Policy': __, 'AWS::Lambda::Function': ___, ...made } = countByType(resourcesOf(stack));
    expect(made).toEqual({
      'AWS::Events::EventBus': 1,
      'AWS::Events::Rule': 1,
      'AWS::SQS::Queue': 2,
      'AWS::SQS::QueuePolicy': 2,
      'AWS::CloudWatch::Alarm': 1,
      'AWS::Lambda::EventSourceMapping': 1,
    });
    expect(ruleOf(stack).EventPattern).toEqual({ 'source': ['shop.orders'], 'detail-type': ['OrderPlaced'] });
    expect([subscription.queue, subscription.deadLetterQueue, subscription.deadLettersAlarm]).not.toContain(undefined);
  });

  test('fault 13: an event that cannot be handed over is not dropped', () => {
    const stack = newStack();
    const { deadLetterQueue } = subscribe(fanOut(stack));
    expect(ruleOf(stack).Targets[0].DeadLetterConfig).toEqual({ Arn: stack.resolve(deadLetterQueue.queueArn) });
  });

  test('fault 26: retries are written out, and the user\'s', () => {
    const stack = newStack();
    subscribe(fanOut(stack));
    expect(ruleOf(stack).Targets[0].RetryPolicy).toEqual({ MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 86_400 });
    const other = newStack();
    subscribe(fanOut(other), { retryAttempts: 3, maxEventAge: Duration.minutes(5) });
    expect(ruleOf(other).Targets[0].RetryPolicy).toEqual({ MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 300 });
  });

  test('fault 27: has one target, and no more retries than EventBridge takes', () => {
    const stack = newStack();
    const all = fanOut(stack);
    for (let i = 0; i < 7; i++) subscribe(all, {}, `Number${i}`);
    expect(propertiesOf(stack, 'AWS::Events::Rule').map(({ Targets }) => Targets.length)).toEqual([1, 1, 1, 1, 1, 1, 1]);
    expect(failing({ retryAttempts: 186 })).toThrow('\'retryAttempts\' must be a whole number between 0 and 185, got 186');
    expect(failing({ maxEventAge: Duration.hours(25) })).toThrow('\'maxEventAge\' must be a whole number between 60 and 86400 seconds, got 90000');
  });

  test('fault 18: has no FIFO dead letters', () => {
    const stack = newStack();
    const deadLetterQueue = new sqs.Queue(stack, 'Own', { fifo: true });
    expect(() => subscribe(fanOut(stack), { deadLetterQueue })).toThrow('\'deadLetterQueue\' must be a standard queue, got \'Test/Own\'');
  });

  test('shares dead letters of the user\'s, which are watched once', () => {
    const stack = newStack();
    const deadLetterQueue = new sqs.Queue(stack, 'Own');
    const all = fanOut(stack);
    subscribe(all, { deadLetterQueue }, 'One');
    subscribe(all, { deadLetterQueue }, 'Two');
    expect(propertiesOf(stack, 'AWS::CloudWatch::Alarm')).toHaveLength(1);
    expect(deniedHandOvers(stack)).toEqual([]);
  });

  test('fault 32: has an alarm that says what to do, or none with a reason', () => {
    const stack = newStack();
    const all = fanOut(stack);
    subscribe(all, {}, 'One');
    subscribe(all, { alarm: AlarmSetting.off('the consumer is a test of ours') }, 'Two');
    const alarms = propertiesOf(stack, 'AWS::CloudWatch::Alarm');
    expect(alarms).toHaveLength(1);
    expect(JSON.stringify(alarms[0].AlarmDescription)).toContain('event-fan-out/README.md#operate');
  });

  test('gives its subscriber less of the event', () => {
    const stack = newStack();
    subscribe(fanOut(stack), { input: events.RuleTargetInput.fromObject({ id: events.EventField.fromPath('$.detail.orderId') }) });
    expect(ruleOf(stack).Targets[0].InputTransformer).toEqual({ InputPathsMap: { 'detail-orderId': '$.detail.orderId' }, InputTemplate: '{"id":<detail-orderId>}' });
  });

  test.each<[string, any, string]>([
    ['fault 19: a scalar', { source: 'shop.orders' }, '\'on\' must have an array at \'source\', got \'shop.orders\''],
    ['nothing', {}, '\'on\' must '],
    ['an unknown operator', { source: ['a'], detail: { total: [{ above: 1 }] } }, '\'on\' must '],
  ])('%s is no pattern', (_, on, message) => {
    expect(failing({ on })).toThrow(message);
  });

  test('has a pattern with what is known at deployment only', () => {
    const stack = newStack();
    subscribe(fanOut(stack), { on: { account: [stack.account], source: [new CfnParameter(stack, 'Source').valueAsString] } });
    expect(ruleOf(stack).EventPattern).toEqual({ account: [{ Ref: 'AWS::AccountId' }], source: [{ Ref: 'Source' }] });
  });

  test('of a bus without fan-out', () => {
    const stack = newStack();
    AlarmActions.of(stack).none('a test');
    const eventBus = events.EventBus.fromEventBusName(stack, 'Default', 'default');
    new EventSubscription(stack, 'Uploads', { eventBus, on: { source: ['aws.s3'] }, to: Subscriber.function(aFunction(stack)) });
    expect(ruleOf(stack).EventBusName).toBe('default');
    expect(deniedHandOvers(stack)).toEqual([]);
    expect(strangers(stack)).toEqual([]);
  });
});

describe('the bus', () => {
  test.each<[string, (stack: Stack) => events.IEventBus]>([
    ['of the account', (stack) => events.EventBus.fromEventBusName(stack, 'Default', 'default')],
    ['imported', (stack) => events.EventBus.fromEventBusArn(stack, 'Imported', 'arn:aws:events:us-east-1:111122223333:event-bus/shop')],
    ['of another stack', (stack) => new events.EventBus(new Stack(stack.node.root as App, 'Elsewhere'), 'Bus')],
  ])('%s', (_, bus) => {
    const stack = newStack();
    const eventBus = bus(stack);
    const all = fanOut(stack, { eventBus });
    subscribe(all);
    all.grantPublish(aFunction(stack, 'Publisher'), orderPlaced);
    expect(all.eventBus).toBe(eventBus);
    expect(propertiesOf(stack, 'AWS::Events::EventBus')).toEqual([]);
    const stacks = [...new Set([Stack.of(eventBus), stack])];
    expect(deniedHandOvers(stacks)).toEqual([]);
    expect(strangers(stacks)).toEqual([]);
  });

  test('fault 21: is no subscriber to itself', () => {
    const all = fanOut();
    expect(() => subscribe(all, { to: Subscriber.eventBus(all.eventBus) }))
      .toThrow('\'to\' must not be the bus that the events come from: they would go round for ever, got \'Test/Orders/EventBus\'');
  });

  test('with a customer-managed key has dead letters that another key shuts', () => {
    const stack = newStack();
    const encryptionKey = new kms.Key(stack, 'Key');
    const all = fanOut(stack, { encryptionKey });
    expect(propertiesOf(stack, 'AWS::Events::EventBus')).toEqual([expect.objectContaining({
      KmsKeyIdentifier: stack.resolve(encryptionKey.keyArn), DeadLetterConfig: { Arn: stack.resolve(all.eventBusDeadLetterQueue!.queueArn) },
    })]);
    expect(propertiesOf(stack, 'AWS::SQS::Queue')).toEqual([{ MessageRetentionPeriod: 1_209_600 }]);
    expect(deniedHandOvers(stack)).toEqual([]);
    expect(strangers(stack)).toEqual([]);
  });

  test('with an imported key tells what it needs', () => {
    const stack = newStack();
    fanOut(stack, { encryptionKey: kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:us-east-1:111122223333:key/abc'), archiveRetention: Duration.days(1) });
    const warnings = warningsOf(stack).join('\n');
    for (const actions of ['["kms:Decrypt","kms:GenerateDataKey","kms:DescribeKey"]', '["kms:GenerateDataKey","kms:Decrypt","kms:ReEncrypt*"]', '"kms:DescribeKey"']) {
      expect(warnings).toContain(`key Test/Key is imported, so its policy is not changed: it needs this statement, or messages are lost: {"Action":${actions}`);
    }
  });

  test('has dead letters of the user\'s: standard, under another key, and let in', () => {
    const own = (props: (key: kms.Key) => sqs.QueueProps) => {
      const stack = newStack();
      const encryptionKey = new kms.Key(stack, 'Key');
      fanOut(stack, { encryptionKey, eventBusDeadLetterQueue: new sqs.Queue(stack, 'Own', props(encryptionKey)) });
      return stack;
    };
    expect(deniedHandOvers(own(() => ({})))).toEqual([]);
    expect(() => own(() => ({ fifo: true }))).toThrow('\'eventBusDeadLetterQueue\' must be a standard queue, got \'Test/Own\'');
    expect(() => own((encryptionMasterKey) => ({ encryptionMasterKey })))
      .toThrow('\'eventBusDeadLetterQueue\' must have another key than the bus, which is in use when the bus cannot use its own, got \'Test/Own\'');
  });

  test('refuses dead letters that it has no use for', () => {
    const stack = newStack();
    expect(() => fanOut(stack, { eventBusDeadLetterQueue: new sqs.Queue(stack, 'Own') }))
      .toThrow('\'eventBusDeadLetterQueue\' must only be given with a new bus and an encryptionKey, got \'Test/Own\'');
  });
});

describe('the archive', () => {
  test('keeps all events', () => {
    const stack = newStack();
    const all = fanOut(stack, { archiveRetention: Duration.days(30) });
    expect(propertiesOf(stack, 'AWS::Events::Archive')).toEqual([{ SourceArn: stack.resolve(all.eventBus.eventBusArn), RetentionDays: 30 }]);
    expect(all.archive).toBeDefined();
  });

  test('keeps some', () => {
    const stack = newStack();
    fanOut(stack, { archiveRetention: Duration.days(0), archivePattern: orderPlaced.all() });
    expect(propertiesOf(stack, 'AWS::Events::Archive')[0]).toMatchObject({ RetentionDays: 0, EventPattern: { 'source': ['shop.orders'], 'detail-type': ['OrderPlaced'] } });
  });

  test('is under the user\'s key', () => {
    const stack = newStack();
    const encryptionKey = new kms.Key(stack, 'Key');
    fanOut(stack, { archiveRetention: Duration.days(30), encryptionKey });
    expect(propertiesOf(stack, 'AWS::Events::Archive')[0].KmsKeyIdentifier).toEqual(stack.resolve(encryptionKey.keyArn));
    const [{ KeyPolicy: { Statement } }] = propertiesOf(stack, 'AWS::KMS::Key');
    const [{ Name }] = propertiesOf(stack, 'AWS::Events::EventBus');
    const archive = Statement.find(({ Action }: any) => Action.includes('kms:ReEncrypt*'));
    expect(JSON.stringify(archive.Condition.StringEquals['kms:EncryptionContext:aws:events:event-bus:arn'])).toContain(`:event-bus/${Name}"`);
  });

  test.each<[EventFanOutProps, string]>([
    [{ archivePattern: orderPlaced.all() }, '\'archivePattern\' must be given with archiveRetention'],
    [{ archiveRetention: Duration.hours(12) }, '\'archiveRetention\' must be whole days, got \'12 hours\''],
    [{ archiveRetention: Duration.days(1), archivePattern: {} }, '\'archivePattern\' must '],
    [{ archiveRetention: Duration.days(1), archivePattern: { detail: { total: { numeric: ['>', 1] } } } }, '\'archivePattern\' must have the operator numeric in an array at \'detail.total\''],
  ])('%#: bad input', (props, message) => {
    expect(() => fanOut(newStack(), props)).toThrow(message);
  });

  test('of the default bus has a filter', () => {
    const stack = newStack();
    const eventBus = events.EventBus.fromEventBusName(stack, 'Default', 'default');
    expect(() => fanOut(stack, { eventBus, archiveRetention: Duration.days(1) }))
      .toThrow('\'archivePattern\' must be given on the default bus, where all AWS services of the account publish, got undefined');
  });
});

describe('what is known at deployment only', () => {
  const stack = () => new Stack(new App(), 'Test', { env: { account: '111122223333', region: 'eu-west-1' } });

  test.each<[string, (s: Stack) => any]>([
    ['the name of a bucket in a filter', (s) => ({ source: ['aws.s3'], detail: { bucket: { name: [new s3.Bucket(s, 'B').bucketName] } } })],
    ['the ARN of a bucket', (s) => ({ resources: [new s3.Bucket(s, 'B').bucketArn] })],
    ['in an operator', (s) => ({ source: events.Match.prefix(new s3.Bucket(s, 'B').bucketName) })],
    ['a list', (s) => ({ source: new CfnParameter(s, 'Sources', { type: 'CommaDelimitedList' }).valueAsList })],
    ['a number', (s) => ({ detail: { total: [{ numeric: ['>=', new CfnParameter(s, 'Least', { type: 'Number' }).valueAsNumber] }] } })],
    ['within $or', (s) => ({ detail: { $or: [{ a: [new s3.Bucket(s, 'B').bucketName] }, { b: [1] }] } })],
  ])('%s', (_, on) => {
    const s = stack();
    const pattern = on(s);
    const all = fanOut(s, { archiveRetention: Duration.days(1), archivePattern: pattern });
    subscribe(all, { on: pattern });
    if (pattern.detail) subscribe(all, { on: orderPlaced.where(pattern.detail) }, 'Where');
    expect(JSON.stringify(ruleOf(s).EventPattern)).toMatch(/"Ref"|"Fn::GetAtt"/);
    expect(JSON.stringify(propertiesOf(s, 'AWS::Events::Archive')[0].EventPattern)).toMatch(/"Ref"|"Fn::GetAtt"/);
  });

  test('is no excuse for the rest', () => {
    const s = stack();
    expect(() => subscribe(fanOut(s), { on: { source: 'shop', resources: [new s3.Bucket(s, 'B').bucketArn] } as any }))
      .toThrow('\'on\' must have an array at \'source\', got \'shop\'');
  });
});

describe('a publisher', () => {
  const publishing = (...contracts: EventContract[]) => {
    const stack = newStack();
    const all = fanOut(stack);
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
    all.grantPublish(role, ...contracts);
    const permissions = permissionsOf(stack);
    return (context: Record<string, string | string[]>) => permissions.allows({
      role: permissions.arnOf(role), action: 'events:PutEvents', resource: permissions.arnOf(all.eventBus), context,
    });
  };

  test('fault 89: publishes the events of its contracts only, and says which', () => {
    const may = publishing(orderPlaced, orderPaid);
    const request = (source: string[], detailType: string[]) => may({ 'events:source': source, 'events:detail-type': detailType });
    expect(request(['shop.orders'], ['OrderPlaced'])).toBe(true);
    expect(request(['shop.payments'], ['OrderPaid'])).toBe(true);
    expect(request(['shop.orders'], ['OrderPaid'])).toBe(false);
    expect(request(['shop.orders', 'other'], ['OrderPlaced'])).toBe(false);
    expect(may({})).toBe(false);
    expect(may({ 'events:source': ['shop.orders'] })).toBe(false);
    const starred = publishing(new EventContract({ source: 'shop.*', detailType: 'OrderPlaced' }));
    expect(starred({ 'events:source': ['shop.orders'], 'events:detail-type': ['OrderPlaced'] })).toBe(false);
  });

  test('has to be named with a contract of its own', () => {
    const all = fanOut();
    const fn = aFunction(Stack.of(all));
    expect(() => all.grantPublish(fn)).toThrow('\'contracts\' must name at least one contract, got 0');
    expect(() => all.grantPublish(fn, new EventContract({ source: 'aws.s3', detailType: 'Object Created' })))
      .toThrow('\'contracts\' must not have a source of AWS, which only AWS publishes, got \'aws.s3\'');
    expect(() => all.grantPublish(iam.Role.fromRoleArn(all, 'Foreign', 'arn:aws:iam::999999999999:role/r'), orderPlaced)).not.toThrow();
    expect(() => all.grantPublish(new iam.ServicePrincipal('lambda.amazonaws.com'), orderPlaced))
      .toThrow('\'grantee\' must be a role, a user or a function, which have a policy');
  });

  test('that is imported is told what its role needs', () => {
    const stack = newStack();
    fanOut(stack).grantPublish(importedFunction(stack), orderPlaced);
    expect(warningsOf(stack)).toEqual([expect.stringContaining('"Action":"events:PutEvents"')]);
  });
});

describe('fault 21: events that come back', () => {
  const warned = (connect: (all: EventFanOut, fn: (id: string) => ReturnType<typeof aFunction>) => void) => {
    const stack = newStack();
    const made: Record<string, ReturnType<typeof aFunction>> = {};
    connect(fanOut(stack), (id) => made[id] ??= aFunction(stack, id));
    return warningsOf(stack).map((text) => text.replace(/ \[ack.*/, ''));
  };

  test('to their own publisher', () => {
    expect(warned((all, fn) => {
      subscribe(all, { to: Subscriber.asyncFunction(fn('A')) });
      all.grantPublish(fn('A'), orderPlaced);
    })).toEqual(['a consumer of OrderPlaced may publish what leads to OrderPlaced again: make sure that it ends']);
  });

  test('by way of another consumer', () => {
    expect(warned((all, fn) => {
      subscribe(all, { to: Subscriber.function(fn('A')) }, 'A1');
      all.grantPublish(fn('A'), orderPaid);
      subscribe(all, { on: { source: [{ prefix: 'shop.' }] } as any, to: Subscriber.function(fn('B')) }, 'B1');
      all.grantPublish(fn('B'), orderPlaced);
    })).toHaveLength(2);
  });

  test('and none where the chain ends', () => {
    expect(warned((all, fn) => {
      subscribe(all, { to: Subscriber.function(fn('A')) }, 'A1');
      all.grantPublish(fn('A'), orderPaid);
      subscribe(all, { on: orderPaid.all(), to: Subscriber.function(fn('B')) }, 'B1');
    })).toEqual([]);
  });
});

test('a publisher of another account is told to go by the policy of the bus', () => {
  const stack = new Stack(new App(), 'Test', { env: { account: '111122223333', region: 'eu-west-1' } });
  const role = iam.Role.fromRoleArn(stack, 'Foreign', 'arn:aws:iam::999999999999:role/r');
  expect(() => fanOut(stack).grantPublish(role, orderPlaced)).toThrow('\'grantee\' must be of the account of the bus (another account needs a policy of the bus)');
});

test('an id is taken once', () => {
  expect(() => subscribe(fanOut(), {}, 'EventBus')).toThrow('\'id\' must be one that nothing else in the fan-out has, got \'EventBus\'');
});

test('a user\'s subscriber has a place of its own for what it makes', () => {
  const stack = newStack();
  subscribe(fanOut(stack), { to: { bind: (scope) => ({ arn: new sqs.Queue(scope, 'Rule').queueArn }) } });
  expect(propertiesOf(stack, 'AWS::SQS::Queue')).toHaveLength(2);
});

test('a pattern above EventBridge\'s length is warned of', () => {
  const stack = newStack();
  subscribe(fanOut(stack), { on: { source: Array.from({ length: 300 }, (_, i) => `source-${i}`) } });
  expect(warningsOf(stack)).toEqual([expect.stringContaining('and EventBridge takes 2048 unless the quota was raised')]);
});

test('a FIFO queue that is given less than the event is warned of', () => {
  const stack = newStack();
  const to = Subscriber.queue(new sqs.Queue(stack, 'Fifo', { fifo: true, contentBasedDeduplication: true }), { messageGroupId: 'all' });
  subscribe(fanOut(stack), { to, input: events.RuleTargetInput.fromEventPath('$.detail.item') });
  expect(warningsOf(stack)).toEqual([expect.stringContaining('a FIFO queue drops a message whose content it had in the last 5 minutes')]);
});

test('many subscriptions share dead letters by one statement: a policy takes 20', () => {
  const stack = newStack();
  const deadLetterQueue = new sqs.Queue(stack, 'Shared', { retentionPeriod: Duration.days(14) });
  const all = fanOut(stack);
  for (let i = 0; i < 25; i++) subscribe(all, { deadLetterQueue }, `Number${i}`);
  const shared = propertiesOf(stack, 'AWS::SQS::QueuePolicy').find(({ Queues }) => JSON.stringify(Queues).includes('Shared'));
  expect(shared.PolicyDocument.Statement).toHaveLength(1);
  expect(shared.PolicyDocument.Statement[0].Condition.ArnLike['aws:SourceArn']).toHaveLength(25);
  expect(deniedHandOvers(stack)).toEqual([]);
  expect(strangers(stack)).toEqual([]);
});

test('the number of dead letters is their greatest', () => {
  expect(subscribe(fanOut()).metricDeadLetters().toMetricConfig().metricStat!.statistic).toBe('Maximum');
});

test('a subscriber that passes on another one\'s target keeps its queue, and the warning of loops', () => {
  const stack = newStack();
  const all = fanOut(stack);
  const fn = aFunction(stack);
  const inner = Subscriber.function(fn);
  const { queue } = subscribe(all, { to: { bind: (scope, context) => ({ arn: inner.bind(scope, context).arn }) } });
  all.grantPublish(fn, orderPlaced);
  expect(queue).toBeDefined();
  expect(warningsOf(stack)).toEqual([expect.stringContaining('a consumer of OrderPlaced may publish')]);
});

test('a subscriber\'s own input is used, unless the subscription has one', () => {
  const target = { bind: () => ({ arn: 'arn:aws:ecs:us-east-1:111122223333:cluster/c', input: events.RuleTargetInput.fromText('its own') }) };
  const stack = newStack();
  const all = fanOut(stack);
  subscribe(all, { to: target }, 'One');
  subscribe(all, { to: target, input: events.RuleTargetInput.fromText('mine') }, 'Two');
  expect(propertiesOf(stack, 'AWS::Events::Rule').map(({ Targets: [{ Input }] }) => Input)).toEqual(['"its own"', '"mine"']);
});

test('a subscriber of the user\'s own', () => {
  const stack = newStack();
  class Stream implements ISubscriber {
    public bind(): events.RuleTargetConfig {
      return { arn: 'arn:aws:kinesis:us-east-1:111122223333:stream/clicks', targetResource: stack, deadLetterConfig: { arn: 'mine' } };
    }
  }
  const subscription = subscribe(fanOut(stack), { to: new Stream() });
  expect(ruleOf(stack).Targets).toEqual([{
    Arn: 'arn:aws:kinesis:us-east-1:111122223333:stream/clicks',
    Id: 'Target0',
    DeadLetterConfig: { Arn: stack.resolve(subscription.deadLetterQueue.queueArn) },
    RetryPolicy: { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 86_400 },
  }]);
  expect(subscription.queue).toBeUndefined();
});
