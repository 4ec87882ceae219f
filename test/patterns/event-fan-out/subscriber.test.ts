import { App, Duration, Stack } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { AlarmActions, EventContract, EventFanOut, ISubscriber, Subscriber } from '../../../src';
import { deniedHandOvers, handOvers, strangers } from '../../support/permissions';
import { aFunction, importedFunction, newStack, propertiesOf, warningsOf } from '../../support/stacks';

const orderPlaced = new EventContract({ source: 'shop.orders', detailType: 'OrderPlaced' });

function subscribed(stack: Stack, to: ISubscriber, encryptionKey?: kms.IKey, id = 'Consumer') {
  AlarmActions.of(stack).none('a test');
  const fanOut = stack.node.tryFindChild('Orders') as EventFanOut ?? new EventFanOut(stack, 'Orders', { encryptionKey });
  return fanOut.subscribe(id, { on: orderPlaced.all(), to });
}
const refused = (to: (stack: Stack) => ISubscriber) => () => {
  const stack = newStack();
  subscribed(stack, to(stack));
};
const machine = (stack: Stack) => new sfn.StateMachine(stack, 'Machine', { definitionBody: sfn.DefinitionBody.fromChainable(new sfn.Pass(stack, 'Pass')) });

type Make = (stack: Stack, key?: kms.IKey) => ISubscriber;
const kinds: [string, Make, hops: number][] = [
  ['a buffered function', (stack) => Subscriber.function(aFunction(stack)), 3],
  ['a buffered alias', (stack) => Subscriber.function(new lambda.Alias(stack, 'Live', { aliasName: 'live', version: aFunction(stack).currentVersion })), 3],
  ['an asynchronous function', (stack) => Subscriber.asyncFunction(aFunction(stack)), 3],
  ['an asynchronous alias', (stack) => Subscriber.asyncFunction(new lambda.Alias(stack, 'Live', { aliasName: 'live', version: aFunction(stack).currentVersion })), 3],
  ['a queue', (stack, encryptionMasterKey) => Subscriber.queue(new sqs.Queue(stack, 'Queue', { encryptionMasterKey })), 2],
  ['a FIFO queue', (stack, encryptionMasterKey) => Subscriber.queue(new sqs.Queue(stack, 'Queue', { encryptionMasterKey, fifo: true, contentBasedDeduplication: true }), { messageGroupId: 'all' }), 2],
  ['a topic', (stack, masterKey) => Subscriber.topic(new sns.Topic(stack, 'Topic', { masterKey })), 2],
  ['a state machine', (stack) => Subscriber.stateMachine(machine(stack)), 2],
  ['another bus', (stack) => Subscriber.eventBus(new events.EventBus(stack, 'Bus')), 2],
  ['a log group', (stack) => Subscriber.logGroup(new logs.LogGroup(stack, 'Audit')), 2],
];

describe.each(kinds)('%s', (_, to, hops) => {
  test.each([
    ['fault 14: gets its events', () => undefined, 0],
    ['fault 15: gets its events under a customer-managed key, its dead letters too', (stack: Stack) => new kms.Key(stack, 'Key'), 1],
  ])('%s, and strangers get nothing in', (__, makeKey, ofBus) => {
    const stack = newStack();
    const key = makeKey(stack);
    subscribed(stack, to(stack, key), key);
    expect(handOvers(stack)).toHaveLength(hops + ofBus);
    expect(deniedHandOvers(stack)).toEqual([]);
    expect(strangers(stack)).toEqual([]);
  });

  test('is said in one rule with one target', () => {
    const stack = newStack();
    subscribed(stack, to(stack));
    expect(propertiesOf(stack, 'AWS::Events::Rule').map(({ Targets }) => Targets.length)).toEqual([1]);
  });
});

describe('a buffered function', () => {
  test('fault 38: is bounded at its mapping, and has the options of a worker', () => {
    const stack = newStack();
    const options = { maxConcurrency: 5, batchSize: 1, maxReceiveCount: 3, visibilityTimeout: Duration.minutes(1) };
    subscribed(stack, Subscriber.function(aFunction(stack), options));
    expect(propertiesOf(stack, 'AWS::Lambda::EventSourceMapping')).toEqual([expect.objectContaining({
      BatchSize: 1, ScalingConfig: { MaximumConcurrency: 5 }, FunctionResponseTypes: ['ReportBatchItemFailures'],
    })]);
    expect(propertiesOf(stack, 'AWS::SQS::Queue').find(({ RedrivePolicy }) => RedrivePolicy)).toMatchObject({
      VisibilityTimeout: 60, RedrivePolicy: { maxReceiveCount: 3 },
    });
  });

  test('shares one dead-letter queue with its rule, so that it can be redriven', () => {
    const stack = newStack();
    const { deadLetterQueue } = subscribed(stack, Subscriber.function(aFunction(stack)));
    const arn = stack.resolve(deadLetterQueue.queueArn);
    expect(propertiesOf(stack, 'AWS::Events::Rule')[0].Targets[0].DeadLetterConfig.Arn).toEqual(arn);
    expect(propertiesOf(stack, 'AWS::SQS::Queue').map(({ RedrivePolicy }) => RedrivePolicy?.deadLetterTargetArn)).toContainEqual(arn);
  });

  test('of another stack, twice: the function refers to the subscription, and never both ways', () => {
    const app = new App();
    const [home, stack] = [new Stack(app, 'Functions'), new Stack(app, 'Test')];
    const fn = aFunction(home);
    subscribed(stack, Subscriber.function(fn), undefined, 'One');
    subscribed(stack, Subscriber.function(fn), undefined, 'Two');
    expect(deniedHandOvers([home, stack])).toEqual([]);
    expect([home.dependencies, stack.dependencies]).toEqual([[stack], []]);
  });

  test('that is imported is told what its role needs', () => {
    const stack = newStack();
    subscribed(stack, Subscriber.function(importedFunction(stack), { functionTimeout: Duration.seconds(3) }));
    expect(warningsOf(stack)).toEqual([expect.stringContaining('"Action":["sqs:ReceiveMessage","sqs:DeleteMessage","sqs:GetQueueAttributes"]')]);
  });

  test('that is imported is asked for its timeout', () => {
    expect(refused((stack) => Subscriber.function(importedFunction(stack)))).toThrow('\'functionTimeout\' must be given');
  });
});

describe('an asynchronous function', () => {
  test('fault 24: what it accepted and then failed at reaches the same dead letters', () => {
    const stack = newStack();
    const { deadLetterQueue } = subscribed(stack, Subscriber.asyncFunction(aFunction(stack)));
    const arn = stack.resolve(deadLetterQueue.queueArn);
    expect(propertiesOf(stack, 'AWS::Lambda::EventInvokeConfig')[0].DestinationConfig).toEqual({ OnFailure: { Destination: arn } });
    expect(propertiesOf(stack, 'AWS::Events::Rule')[0].Targets[0].DeadLetterConfig.Arn).toEqual(arn);
  });

  test('fault 25: Lambda\'s retries are written out, and the user\'s', () => {
    const stack = newStack();
    subscribed(stack, Subscriber.asyncFunction(aFunction(stack, 'One')), undefined, 'One');
    subscribed(stack, Subscriber.asyncFunction(aFunction(stack, 'Two'), { retryAttempts: 0, maxEventAge: Duration.minutes(1) }), undefined, 'Two');
    expect(propertiesOf(stack, 'AWS::Lambda::EventInvokeConfig')).toEqual([
      expect.objectContaining({ MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 21_600, Qualifier: '$LATEST' }),
      expect.objectContaining({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 }),
    ]);
  });

  test('fault 39: its role may use the customer-managed key of the dead letters', () => {
    const stack = newStack();
    const key = new kms.Key(stack, 'Key');
    subscribed(stack, Subscriber.asyncFunction(aFunction(stack)), key);
    const failure = handOvers(stack).find(({ what }) => what.startsWith('eventinvokeconfig'))!;
    expect(failure.checks.map(({ action }) => action)).toEqual(['sts:AssumeRole', 'sqs:SendMessage', 'kms:GenerateDataKey', 'kms:Decrypt']);
    expect(deniedHandOvers(stack)).toEqual([]);
  });

  test.each<[string, Make, string]>([
    ['has no settings of its own', (stack) => Subscriber.asyncFunction(aFunction(stack, 'Fn', { retryAttempts: 1 })),
      '\'to\' must be a function without asynchronous settings of its own and of another subscription'],
    ['is of this stack', (stack) => Subscriber.asyncFunction(aFunction(new Stack(stack.node.root as App, 'Functions'))),
      '\'to\' must be a function of the same stack, since function and subscription refer to each other'],
    ['is retried twice at most', (stack) => Subscriber.asyncFunction(aFunction(stack), { retryAttempts: 3 }),
      '\'retryAttempts\' must be a whole number between 0 and 2, got 3'],
    ['waits 6 hours at most', (stack) => Subscriber.asyncFunction(aFunction(stack), { maxEventAge: Duration.hours(7) }),
      '\'maxEventAge\' must be a whole number between 60 and 21600 seconds, got 25200'],
  ])('%s', (_, to, message) => {
    expect(refused(to)).toThrow(message);
  });

  test('subscribes once, and its alias once more', () => {
    const stack = newStack();
    const fn = aFunction(stack);
    subscribed(stack, Subscriber.asyncFunction(fn), undefined, 'One');
    subscribed(stack, Subscriber.asyncFunction(new lambda.Alias(stack, 'Live', { aliasName: 'live', version: fn.currentVersion })), undefined, 'Two');
    expect(() => subscribed(stack, Subscriber.asyncFunction(fn), undefined, 'Three')).toThrow('(Subscriber.function subscribes often), got \'Test/Fn\'');
  });

  test('that is imported is told what its role needs', () => {
    const stack = newStack();
    subscribed(stack, Subscriber.asyncFunction(importedFunction(stack)));
    expect(propertiesOf(stack, 'AWS::Lambda::EventInvokeConfig')).toHaveLength(1);
    expect(warningsOf(stack)).toEqual([expect.stringContaining('the role of Test/Imported (import the function with it, and its policy is written) is imported')]);
  });

  test('that no permission can be given to is an error', () => {
    expect(refused((stack) => Subscriber.asyncFunction(lambda.Function.fromFunctionArn(stack, 'Foreign', 'arn:aws:lambda:us-east-1:111122223333:function:f'))))
      .toThrow('must be a function that a permission can be given to');
  });
});

test.each<[string, Make, string]>([
  ['fault 16: a queue whose key only AWS has', (stack) => Subscriber.queue(new sqs.Queue(stack, 'Queue', { encryption: sqs.QueueEncryption.KMS_MANAGED })),
    '\'queue\' must not have the AWS-managed key, which lets no service write'],
  ['a FIFO queue without group', (stack) => Subscriber.queue(new sqs.Queue(stack, 'Queue', { fifo: true, contentBasedDeduplication: true })),
    '\'messageGroupId\' must be given for a FIFO queue, got undefined'],
  ['a FIFO queue that asks for ids', (stack) => Subscriber.queue(new sqs.Queue(stack, 'Queue', { fifo: true }), { messageGroupId: 'all' }),
    '\'queue\' must deduplicate by content: EventBridge gives no deduplication id, got \'Test/Queue\''],
  ['a FIFO topic', (stack) => Subscriber.topic(new sns.Topic(stack, 'Topic', { fifo: true })),
    '\'topic\' must be a standard topic: EventBridge publishes to no FIFO topic, got \'Test/Topic\''],
])('%s is refused', (_, to, message) => {
  expect(refused(to)).toThrow(message);
});

test('imported queues and topics are told what their policies need', () => {
  const stack = newStack();
  subscribed(stack, Subscriber.queue(sqs.Queue.fromQueueArn(stack, 'Queue', 'arn:aws:sqs:us-east-1:111122223333:q')), undefined, 'One');
  subscribed(stack, Subscriber.topic(sns.Topic.fromTopicArn(stack, 'Topic', 'arn:aws:sns:us-east-1:111122223333:t')), undefined, 'Two');
  expect(warningsOf(stack)).toEqual([
    expect.stringMatching(/queue Test\/Queue is imported.*"Action":"sqs:SendMessage".*"<OrdersOneRule[^>]*>".*"Resource":"arn:aws:sqs:us-east-1:111122223333:q"/),
    expect.stringMatching(/topic Test\/Topic is imported.*"Action":"sns:Publish".*"Resource":"arn:aws:sns:us-east-1:111122223333:t"/),
  ]);
});

test.each<[string, Make]>([
  ['queue', (stack) => Subscriber.queue(new sqs.Queue(stack, 'Queue', { encryptionMasterKey: new kms.Key(stack, 'Key') }))],
  ['topic', (stack) => Subscriber.topic(new sns.Topic(stack, 'Topic', { masterKey: new kms.Key(stack, 'Key') }))],
])('a %s of another stack gets its events, without a cyclic reference', (_, to) => {
  const app = new App();
  const [home, stack] = [new Stack(app, 'Home'), new Stack(app, 'Test')];
  subscribed(stack, to(home));
  expect(deniedHandOvers([home, stack])).toEqual([]);
  expect([home.dependencies, stack.dependencies]).toEqual([[], [home]]);
});

test('dead letters of another stack are written to', () => {
  const app = new App();
  const [home, stack] = [new Stack(app, 'Home'), new Stack(app, 'Test')];
  const deadLetterQueue = new sqs.Queue(home, 'Dead', { retentionPeriod: Duration.days(14) });
  new EventFanOut(stack, 'Orders').subscribe('A', { on: orderPlaced.all(), to: Subscriber.asyncFunction(aFunction(stack)), deadLetterQueue });
  expect(deniedHandOvers([home, stack])).toEqual([]);
});

describe('an alarm on a topic that subscribes', () => {
  test.each([true, false])('is heard, said before (%s) or after', (before) => {
    const stack = newStack();
    const topic = new sns.Topic(stack, 'Topic');
    const alarm = () => AlarmActions.of(stack).add(new SnsAction(topic));
    if (before) alarm();
    new EventFanOut(stack, 'Orders').subscribe('A', { on: orderPlaced.all(), to: Subscriber.topic(topic) });
    if (!before) alarm();
    expect(deniedHandOvers(stack)).toEqual([]);
  });
});

test('an imported alias is not taken for its function', () => {
  expect(refused((stack) => Subscriber.asyncFunction(lambda.Function.fromFunctionAttributes(stack, 'F', {
    functionArn: 'arn:aws:lambda:us-east-1:111122223333:function:f:live', sameEnvironment: true,
  })))).toThrow('\'function\' must be imported with Alias.fromAliasAttributes');
});

test.each<[string, (stack: Stack) => ISubscriber]>([
  ['log group', (stack) => Subscriber.logGroup(logs.LogGroup.fromLogGroupArn(stack, 'L', 'arn:aws:logs:us-east-1:999999999999:log-group:x:*'))],
  ['queue', (stack) => Subscriber.queue(sqs.Queue.fromQueueArn(stack, 'Q', 'arn:aws:sqs:us-east-1:111122223333:q'))],
  ['topic', (stack) => Subscriber.topic(sns.Topic.fromTopicArn(stack, 'T', 'arn:aws:sns:eu-west-1:999999999999:t'))],
  ['state machine', (stack) => Subscriber.stateMachine(sfn.StateMachine.fromStateMachineArn(stack, 'S', 'arn:aws:states:us-east-1:111122223333:stateMachine:s'))],
  ['function', (stack) => Subscriber.asyncFunction(importedFunction(stack))],
])('a %s of another region or account is refused', (_, to) => {
  const stack = new Stack(new App(), 'Test', { env: { account: '111122223333', region: 'eu-west-1' } });
  expect(() => subscribed(stack, to(stack))).toThrow(/must be in the (region|account) of the pattern/);
});

test('a topic with AWS\'s own key is refused: nobody can let a service use it', () => {
  expect(refused((stack) => Subscriber.topic(new sns.Topic(stack, 'Topic', { masterKey: kms.Alias.fromAliasName(stack, 'K', 'alias/aws/sns') }))))
    .toThrow('\'topic\' must not have an AWS-managed key, which lets no service in (take a key of your own), got \'alias/aws/sns\'');
});
