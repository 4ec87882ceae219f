import { App, Aws, CfnParameter, Duration, PhysicalName, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { AlarmSetting, QueueWorker, QueueWorkerProps } from '../../../src';
import { deniedHandOvers, handOvers, permissionsOf, strangers } from '../../support/permissions';
import { aFunction, importedFunction, newStack, propertiesOf, resourcesOf, warningsOf } from '../../support/stacks';

const make = (scope: Construct, props: Partial<QueueWorkerProps> = {}) => new QueueWorker(scope, 'Worker', {
  function: props.function ?? aFunction(scope, 'Fn', { timeout: Duration.seconds(20) }), ...props,
});
const mappingOf = (stack: Stack) => propertiesOf(stack, 'AWS::Lambda::EventSourceMapping')[0];
/** The properties of the queue that is worked off. */
const queueOf = (stack: Stack) => propertiesOf(stack, 'AWS::SQS::Queue').find(({ RedrivePolicy }) => RedrivePolicy);
const deadLettersOf = (stack: Stack) => propertiesOf(stack, 'AWS::SQS::Queue').find(({ RedrivePolicy }) => !RedrivePolicy);
const failing = (props: (stack: Stack) => Partial<QueueWorkerProps>) => () => {
  const stack = newStack();
  make(stack, props(stack));
};

describe('fault 33: a message comes back while it is still worked on', () => {
  test('is hidden for 6 × the timeout of the function', () => {
    const stack = newStack();
    make(stack);
    expect(queueOf(stack)).toMatchObject({ VisibilityTimeout: 120 });
  });

  test('and for the batching window', () => {
    const stack = newStack();
    make(stack, { maxBatchingWindow: Duration.seconds(30) });
    expect(queueOf(stack)).toMatchObject({ VisibilityTimeout: 150 });
  });

  test('also behind an alias, and with Lambda\'s own timeout', () => {
    const stack = newStack();
    const fn = aFunction(stack);
    make(stack, { function: new lambda.Alias(stack, 'Live', { aliasName: 'live', version: fn.currentVersion }) });
    expect(queueOf(stack)).toMatchObject({ VisibilityTimeout: 18 });
  });

  test('of an imported function whose timeout is told', () => {
    const stack = newStack();
    make(stack, { function: importedFunction(stack), functionTimeout: Duration.seconds(10) });
    expect(queueOf(stack)).toMatchObject({ VisibilityTimeout: 60 });
  });

  test.each<[string, (stack: Stack) => lambda.IFunction]>([
    ['an imported function', (stack) => importedFunction(stack)],
    ['a timeout that is a token', (stack) => aFunction(stack, 'Fn', { timeout: Duration.seconds(new CfnParameter(stack, 'T', { type: 'Number' }).valueAsNumber) })],
  ])('of %s is asked for', (_, fn) => {
    expect(failing((stack) => ({ function: fn(stack) })))
      .toThrow('\'functionTimeout\' must be given where the timeout of the function cannot be seen (or give a visibilityTimeout), got undefined');
    const stack = newStack();
    make(stack, { function: fn(stack), visibilityTimeout: Duration.seconds(90) });
    expect(queueOf(stack)).toMatchObject({ VisibilityTimeout: 90 });
  });

  test('by the user\'s wish, but not before the function has ended', () => {
    expect(failing(() => ({ visibilityTimeout: Duration.seconds(19) })))
      .toThrow('\'visibilityTimeout\' must be at least the timeout of the function, 20 seconds, got \'19 seconds\'');
  });

  test('not by a timeout that the function does not have', () => {
    expect(failing(() => ({ functionTimeout: Duration.seconds(3) })))
      .toThrow('\'functionTimeout\' must not be given for a function whose timeout can be seen, 20 seconds, got \'3 seconds\'');
  });

  test('and is asked for when the window is a token, to which nothing can be added', () => {
    const window = (stack: Stack) => Duration.seconds(new CfnParameter(stack, 'Window', { type: 'Number' }).valueAsNumber);
    expect(failing((stack) => ({ maxBatchingWindow: window(stack) })))
      .toThrow('\'visibilityTimeout\' must be given where the maxBatchingWindow is a token: a token cannot be added to, got undefined');
  });

  test('and with a warning when it is short', () => {
    const stack = newStack();
    make(stack, { visibilityTimeout: Duration.seconds(119) });
    expect(warningsOf(stack)).toContainEqual(expect.stringContaining('the visibility timeout is 119 s: below 120 s'));
  });
});

test('fault 34: failed messages alone come back', () => {
  const stack = newStack();
  make(stack);
  expect(mappingOf(stack)).toMatchObject({ FunctionResponseTypes: ['ReportBatchItemFailures'], BatchSize: 10 });
});

describe('fault 37: poison', () => {
  test('goes to the dead letters after 5 receives', () => {
    const stack = newStack();
    const worker = make(stack);
    expect(queueOf(stack).RedrivePolicy).toEqual({ deadLetterTargetArn: stack.resolve(worker.deadLetterQueue.queueArn), maxReceiveCount: 5 });
  });

  test('in a queue of the user\'s own', () => {
    const stack = newStack();
    const deadLetterQueue = new sqs.Queue(stack, 'Own');
    expect(make(stack, { deadLetterQueue, maxReceiveCount: 9 }).deadLetterQueue).toBe(deadLetterQueue);
    expect(queueOf(stack).RedrivePolicy).toEqual({ deadLetterTargetArn: stack.resolve(deadLetterQueue.queueArn), maxReceiveCount: 9 });
  });
});

describe('fault 38: a throttled function spoils good messages', () => {
  test('so concurrency is bounded at the mapping', () => {
    const stack = newStack();
    make(stack);
    expect(mappingOf(stack).ScalingConfig).toEqual({ MaximumConcurrency: 10 });
  });

  test('and never above what the function has reserved', () => {
    const stack = newStack();
    const fn = aFunction(stack, 'Fn', { reservedConcurrentExecutions: 4 });
    make(stack, { function: new lambda.Alias(stack, 'Live', { aliasName: 'live', version: fn.currentVersion }) });
    expect(mappingOf(stack).ScalingConfig).toEqual({ MaximumConcurrency: 4 });
  });

  test.each([
    [5, 4, '\'maxConcurrency\' must be at most what the function has reserved and not given to other queues, 4, got 5'],
    [undefined, 1, '\'function\' must have a reserved concurrency of at least 2 for each queue that it works off, and has 1 of 1 left, got \'Test/Fn\''],
  ])('asked for %s with %s reserved', (maxConcurrency, reservedConcurrentExecutions, message) => {
    expect(failing((stack) => ({ maxConcurrency, function: aFunction(stack, 'Fn', { reservedConcurrentExecutions }) }))).toThrow(message);
  });

  test('nor are several queues given more than that together', () => {
    const stack = newStack();
    const fn = aFunction(stack, 'Fn', { reservedConcurrentExecutions: 13 });
    make(stack, { function: fn });
    new QueueWorker(stack, 'Second', { function: new lambda.Alias(stack, 'Live', { aliasName: 'live', version: fn.currentVersion }) });
    expect(propertiesOf(stack, 'AWS::Lambda::EventSourceMapping').map(({ ScalingConfig }) => ScalingConfig.MaximumConcurrency)).toEqual([10, 3]);
    expect(() => new QueueWorker(stack, 'Third', { function: fn })).toThrow('and has 0 of 13 left');
  });
});

test('fault 40: dead letters are kept longer than the queue keeps its messages', () => {
  const stack = newStack();
  make(stack);
  expect(deadLettersOf(stack).MessageRetentionPeriod).toBeGreaterThan(queueOf(stack).MessageRetentionPeriod ?? 4 * 86_400);
});

test.each([
  ['a queue of ours', (dead: sqs.Queue) => ({ deadLetterQueue: dead })],
  ['a queue of the user\'s', (dead: sqs.Queue) => ({ queue: new sqs.Queue(dead, 'Source', { visibilityTimeout: Duration.minutes(2), deadLetterQueue: { queue: dead, maxReceiveCount: 5 } }) })],
])('fault 40: dead letters of the user\'s that are kept no longer than %s keeps its messages are warned of', (_, props) => {
  const stack = newStack();
  make(stack, props(new sqs.Queue(stack, 'Own', { retentionPeriod: Duration.days(4) })));
  expect(warningsOf(stack)).toContainEqual(expect.stringContaining('the dead letters are kept for 345600 s and the queue\'s messages for 345600 s'));
});

describe('fault 41: FIFO', () => {
  test('has FIFO dead letters, and deduplicates by content', () => {
    const stack = newStack();
    make(stack, { fifo: true });
    expect(queueOf(stack)).toMatchObject({ FifoQueue: true, ContentBasedDeduplication: true });
    expect(deadLettersOf(stack)).toMatchObject({ FifoQueue: true });
  });

  test('fault 36: is handed over one by one from a queue of the user\'s too', () => {
    const stack = newStack();
    const dead = new sqs.Queue(stack, 'Dead', { fifo: true, retentionPeriod: Duration.days(14) });
    make(stack, { queue: new sqs.Queue(stack, 'Own', { fifo: true, visibilityTimeout: Duration.minutes(2), deadLetterQueue: { queue: dead, maxReceiveCount: 5 } }) });
    expect(mappingOf(stack).BatchSize).toBe(1);
  });

  test('fault 36: hands over one message at a time, so that none overtakes one that fails, nor follows it to the dead letters', () => {
    const stack = newStack();
    make(stack, { fifo: true });
    expect(mappingOf(stack).BatchSize).toBe(1);
  });

  test.each([true, false])('(%s) refuses dead letters of the other kind', (fifo) => {
    expect(failing((stack) => ({ fifo, deadLetterQueue: new sqs.Queue(stack, 'Own', { fifo: fifo ? undefined : true }) })))
      .toThrow(`'deadLetterQueue' must be a ${fifo ? 'FIFO' : 'standard'} queue, got 'Test/Own'`);
  });

  test('has no batching window, and small batches', () => {
    expect(failing(() => ({ fifo: true, maxBatchingWindow: Duration.seconds(1) }))).toThrow('\'maxBatchingWindow\' must not be given for a FIFO queue, which has none, got \'1 second\'');
    expect(failing(() => ({ fifo: true, batchSize: 11 }))).toThrow('\'batchSize\' must be a whole number between 1 and 10, got 11');
  });
});

test('fault 43: a batch above 10 has a window, which the visibility timeout knows', () => {
  const stack = newStack();
  make(stack, { batchSize: 100 });
  expect(mappingOf(stack)).toMatchObject({ BatchSize: 100, MaximumBatchingWindowInSeconds: 5 });
  expect(queueOf(stack)).toMatchObject({ VisibilityTimeout: 125 });
});

test.each<[Partial<QueueWorkerProps>, string]>([
  [{ batchSize: 0 }, '\'batchSize\' must be a whole number between 1 and 10000, got 0'],
  [{ batchSize: 2.5 }, '\'batchSize\' must be a whole number between 1 and 10000, got 2.5'],
  [{ maxBatchingWindow: Duration.minutes(6) }, '\'maxBatchingWindow\' must be a whole number between 0 and 300 seconds, got 360'],
  [{ batchSize: 100, maxBatchingWindow: Duration.seconds(0) }, '\'maxBatchingWindow\' must be a whole number between 1 and 300 seconds, got 0'],
  [{ maxConcurrency: 1 }, '\'maxConcurrency\' must be a whole number between 2 and 1000, got 1'],
  [{ maxReceiveCount: 0 }, '\'maxReceiveCount\' must be a whole number between 1 and 1000, got 0'],
  [{ filters: [] }, '\'filters\' must have 1 to 5 patterns, got 0'],
  [{ filters: Array(6).fill({ body: { a: [1] } }) }, '\'filters\' must have 1 to 5 patterns, got 6'],
  [{ filters: [{ kind: ['invoice'] }] }, '\'filters\' must ask for fields of a message, as in { body: { kind: [...] } }: what matches no filter is deleted'],
  [{ filters: [{ body: { kind: 'invoice' } }] }, '\'filters\' must have an array at \'body.kind\', got \'invoice\''],
  [{ filters: [{ body: { total: { numeric: ['>', 1] } } }] }, '\'filters\' must have the operator numeric in an array at \'body.total\''],
  [{ filters: [{}] }, '\'filters\' must not have an empty object, got \'{}\''],
  [{ filters: [lambda.FilterCriteria.filter({ body: {} })] }, '\'filters\' must be plain patterns such as { body: { kind: [\'invoice\'] } }, not FilterCriteria, got'],
])('%j is refused', (props, message) => {
  expect(failing(() => props)).toThrow(message);
});

test('numbers may be tokens', () => {
  const stack = newStack();
  const number = new CfnParameter(stack, 'Number', { type: 'Number' }).valueAsNumber;
  make(stack, { batchSize: number, maxConcurrency: number, maxReceiveCount: number });
  expect(mappingOf(stack)).toMatchObject({ BatchSize: { Ref: 'Number' }, ScalingConfig: { MaximumConcurrency: { Ref: 'Number' } } });
});

test.each<[string, Record<string, any>, unknown]>([
  ['are Lambda\'s', { body: { kind: ['invoice'] } }, '{"body":{"kind":["invoice"]}}'],
  ['may be made with Match', { body: { kind: events.Match.prefix('inv') } }, '{"body":{"kind":[{"prefix":"inv"}]}}'],
  ['have an order of their own', { body: { b: [1], a: [2] } }, '{"body":{"a":[2],"b":[1]}}'],
  ['may hold what is known at deployment only', { body: { account: [Aws.ACCOUNT_ID] } }, { 'Fn::Join': ['', ['{"body":{"account":["', { Ref: 'AWS::AccountId' }, '"]}}']] }],
])('filters %s', (_, pattern, shown) => {
  const stack = newStack();
  make(stack, { filters: [pattern] });
  expect(mappingOf(stack).FilterCriteria).toEqual({ Filters: [{ Pattern: shown }] });
});

test('the oldest message has an alarm on request, the dead letters unasked', () => {
  const stack = newStack();
  const worker = make(stack, { alarms: { oldestMessage: AlarmSetting.threshold(3600) } });
  expect(worker.oldestMessageAlarm && worker.deadLettersAlarm).toBeDefined();
  const alarms = propertiesOf(stack, 'AWS::CloudWatch::Alarm');
  expect(alarms.map(({ MetricName, Threshold, TreatMissingData }) => [MetricName, Threshold, TreatMissingData])).toEqual([
    ['ApproximateNumberOfMessagesVisible', 1, 'notBreaching'],
    ['ApproximateAgeOfOldestMessage', 3600, 'notBreaching'],
  ]);
  const watched = [worker.deadLetterQueue, worker.queue].map(({ queueName }) => stack.resolve(queueName));
  expect(alarms.map(({ Dimensions }) => Dimensions[0].Value)).toEqual(watched);
});

describe('a queue of the user\'s own', () => {
  const ownQueue = (stack: Stack, props: sqs.QueueProps = {}) => new sqs.Queue(stack, 'Own', {
    visibilityTimeout: Duration.minutes(2),
    deadLetterQueue: { queue: new sqs.Queue(stack, 'OwnDeadLetters', { retentionPeriod: Duration.days(14), fifo: props.fifo }), maxReceiveCount: 3 },
    ...props,
  });

  test('is worked off, and its dead letters are watched', () => {
    const stack = newStack();
    const queue = ownQueue(stack);
    const worker = make(stack, { queue });
    expect([worker.queue, worker.deadLetterQueue]).toEqual([queue, queue.deadLetterQueue!.queue]);
    expect(propertiesOf(stack, 'AWS::SQS::Queue')).toHaveLength(2);
    expect(propertiesOf(stack, 'AWS::CloudWatch::Alarm')).toHaveLength(1);
    expect(warningsOf(stack)).toEqual([expect.stringContaining('nobody is told')]);
  });

  test.each<[string, (stack: Stack) => Partial<QueueWorkerProps>, string]>([
    ['has dead letters', (stack) => ({ queue: new sqs.Queue(stack, 'Own') }), '\'queue\' must have a dead-letter queue, got \'Test/Own\''],
    ['and no others', (stack) => ({ queue: ownQueue(stack), deadLetterQueue: new sqs.Queue(stack, 'Other') }),
      '\'deadLetterQueue\' must be the one of the queue, Test/OwnDeadLetters, got \'Test/Other\''],
    ['hides messages long enough', (stack) => ({ queue: ownQueue(stack, { visibilityTimeout: Duration.seconds(10) }) }),
      '\'visibilityTimeout\' must be at least the timeout of the function, 20 seconds, got \'10 seconds\''],
    ['has its own visibility timeout', (stack) => ({ queue: ownQueue(stack), visibilityTimeout: Duration.minutes(1) }),
      '\'visibilityTimeout\' must not be given with a queue of your own, which has its own, got \'Test/Own\''],
    ['says where its dead letters are when it is imported', (stack) => ({ queue: sqs.Queue.fromQueueArn(stack, 'Own', 'arn:aws:sqs:us-east-1:111122223333:own') }),
      '\'deadLetterQueue\' must be given with an imported queue: the one that its redrive policy names, got undefined'],
  ])('%s', (_, props, message) => {
    expect(failing(props)).toThrow(message);
  });

  test('with CDK\'s 30 seconds is warned of', () => {
    const stack = newStack();
    make(stack, { queue: ownQueue(stack, { visibilityTimeout: undefined }) });
    expect(warningsOf(stack)).toContainEqual(expect.stringContaining('the visibility timeout is 30 s: below 120 s'));
  });

  test('may be imported', () => {
    const stack = newStack();
    const imported = (name: string) => sqs.Queue.fromQueueArn(stack, name, `arn:aws:sqs:us-east-1:111122223333:${name}`);
    make(stack, { queue: imported('own'), deadLetterQueue: imported('dead') });
    expect(mappingOf(stack).EventSourceArn).toBe('arn:aws:sqs:us-east-1:111122223333:own');
    expect(deniedHandOvers(stack)).toEqual([]);
  });
});

describe.each([
  ['SQS\'s own key', () => undefined],
  ['a customer-managed key', (scope: Construct) => new kms.Key(scope, 'Key')],
])('senders, with %s', (_, makeKey) => {
  test('fault 30: a topic delivers, and what it cannot deliver reaches the dead letters', () => {
    const stack = newStack();
    const encryptionKey = makeKey(stack);
    const worker = make(stack, { encryptionKey });
    worker.receiveFromTopic(new sns.Topic(stack, 'Orders', { masterKey: encryptionKey }), { filterPolicy: { kind: sns.SubscriptionFilter.stringFilter({ allowlist: ['invoice'] }) } });
    expect(propertiesOf(stack, 'AWS::SNS::Subscription')).toEqual([expect.objectContaining({
      RawMessageDelivery: true,
      FilterPolicy: { kind: ['invoice'] },
      RedrivePolicy: { deadLetterTargetArn: stack.resolve(worker.deadLetterQueue.queueArn) },
    })]);
    expect(handOvers(stack).filter(({ what }) => what.startsWith('subscription'))).toHaveLength(2);
    expect(deniedHandOvers(stack)).toEqual([]);
    expect(strangers(stack)).toEqual([]);
  });

  test('a bucket notifies', () => {
    const stack = newStack();
    const encryptionKey = makeKey(stack);
    make(stack, { encryptionKey }).receiveFromBucket(new s3.Bucket(stack, 'Uploads', { encryptionKey }), { prefix: 'in/', suffix: '.csv' });
    expect(propertiesOf(stack, 'Custom::S3BucketNotifications')[0].NotificationConfiguration.QueueConfigurations).toEqual([expect.objectContaining({
      Events: ['s3:ObjectCreated:*'],
      Filter: { Key: { FilterRules: [{ Name: 'suffix', Value: '.csv' }, { Name: 'prefix', Value: 'in/' }] } },
    })]);
    expect(handOvers(stack).some(({ what }) => what.startsWith('s3bucketnotifications'))).toBe(true);
    expect(deniedHandOvers(stack)).toEqual([]);
    expect(strangers(stack)).toEqual([]);
  });

  test('topic and bucket of another stack make no cyclic reference', () => {
    const app = new App();
    const [home, stack] = [new Stack(app, 'Home'), new Stack(app, 'Test')];
    const worker = make(stack, { encryptionKey: makeKey(stack) });
    worker.receiveFromTopic(new sns.Topic(home, 'Orders'));
    expect(deniedHandOvers([home, stack])).toEqual([]);
    const other = new App();
    const [elsewhere, mine] = [new Stack(other, 'Home'), new Stack(other, 'Test')];
    make(mine, { encryptionKey: makeKey(mine) }).receiveFromBucket(new s3.Bucket(elsewhere, 'Uploads'));
    expect(deniedHandOvers([elsewhere, mine])).toEqual([]);
  });

  test('a role that was granted to sends, and that is all', () => {
    const stack = newStack();
    const encryptionKey = makeKey(stack);
    const worker = make(stack, { encryptionKey });
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
    worker.grantSend(role);
    const permissions = permissionsOf(stack);
    const may = (action: string, resource: Construct) => permissions.allows({
      role: permissions.arnOf(role), action, resource: permissions.arnOf(resource),
    });
    expect([may('sqs:SendMessage', worker.queue as sqs.Queue), may('sqs:ReceiveMessage', worker.queue as sqs.Queue), may('sqs:SendMessage', worker.deadLetterQueue as sqs.Queue)])
      .toEqual([true, false, false]);
    if (encryptionKey) expect(['kms:GenerateDataKey', 'kms:Decrypt', 'kms:Encrypt'].map((action) => may(action, encryptionKey))).toEqual([true, true, false]);
  });

  test('the function receives and deletes, also from another stack', () => {
    const app = new App();
    const [home, stack] = [new Stack(app, 'Functions'), new Stack(app, 'Test')];
    make(stack, { function: aFunction(home), encryptionKey: makeKey(stack) });
    expect(handOvers([home, stack]).filter(({ what }) => what.startsWith('eventsourcemapping'))).toHaveLength(1);
    expect(deniedHandOvers([home, stack])).toEqual([]);
    expect([home.dependencies, stack.dependencies]).toEqual([[stack], []]);
  });
});

test.each<[string, (stack: Stack, worker: QueueWorker) => void, boolean, string]>([
  ['a FIFO topic and a standard queue', (stack, worker) => worker.receiveFromTopic(new sns.Topic(stack, 'T', { fifo: true })), false, '\'topic\' must be a standard topic, as the queue and its dead letters are, got \'Test/T\''],
  ['a standard topic and a FIFO queue', (stack, worker) => worker.receiveFromTopic(new sns.Topic(stack, 'T')), true, '\'topic\' must be a FIFO topic, as the queue and its dead letters are, got \'Test/T\''],
  ['a bucket and a FIFO queue', (stack, worker) => worker.receiveFromBucket(new s3.Bucket(stack, 'B')), true, '\'bucket\' must not be received from by a FIFO queue: S3 sends to standard queues, got \'Test/B\''],
])('%s do not go together', (_, act, fifo, message) => {
  const stack = newStack();
  const worker = make(stack, { fifo });
  expect(() => act(stack, worker)).toThrow(message);
});

test('the oldest message and the dead letters are watched at their greatest', () => {
  const stack = newStack();
  const worker = make(stack, { alarms: { oldestMessage: AlarmSetting.threshold(60) } });
  expect(propertiesOf(stack, 'AWS::CloudWatch::Alarm').map(({ Statistic, Period }) => [Statistic, Period])).toEqual([['Maximum', 300], ['Maximum', 300]]);
  const { dimensions, statistic } = worker.metricDeadLetters().toMetricConfig().metricStat!;
  expect([stack.resolve(dimensions![0].value), statistic]).toEqual([stack.resolve(worker.deadLetterQueue.queueName), 'Maximum']);
});

test('the dead letters have the user\'s key', () => {
  const stack = newStack();
  const encryptionKey = new kms.Key(stack, 'Key');
  make(stack, { encryptionKey });
  expect(propertiesOf(stack, 'AWS::SQS::Queue').map(({ KmsMasterKeyId }) => KmsMasterKeyId)).toEqual(Array(2).fill(stack.resolve(encryptionKey.keyArn)));
});

test('a queue has one consumer', () => {
  const stack = newStack();
  const { queue } = make(stack);
  expect(() => new QueueWorker(stack, 'Second', { function: aFunction(stack, 'Other'), queue }))
    .toThrow('\'queue\' must have one consumer: a message that one of two takes, the other never sees, got \'Test/Worker/Queue\'');
});

describe('an alias that is imported', () => {
  const arn = 'arn:aws:lambda:us-east-1:111122223333:function:f:live';

  test('by its ARN as a function is refused: the CDK would run $LATEST', () => {
    expect(failing((stack) => ({ function: lambda.Function.fromFunctionArn(stack, 'F', arn), functionTimeout: Duration.seconds(3) })))
      .toThrow('\'function\' must be imported with Alias.fromAliasAttributes or Version.fromVersionArn when its ARN has a qualifier');
  });

  test('as an alias is called', () => {
    const stack = newStack();
    const aliasVersion = lambda.Version.fromVersionArn(stack, 'V', arn.replace('live', '1'));
    make(stack, { function: lambda.Alias.fromAliasAttributes(stack, 'Alias', { aliasName: 'live', aliasVersion }), functionTimeout: Duration.seconds(3) });
    expect(mappingOf(stack).FunctionName).toMatch(/f:live$/);
  });
});

test('an imported function waits for what its role may do', () => {
  const stack = new Stack(new App(), 'Test', { env: { account: '111122223333', region: 'us-east-1' } });
  const role = iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111122223333:role/r');
  const fn = lambda.Function.fromFunctionAttributes(stack, 'F', { functionArn: 'arn:aws:lambda:us-east-1:111122223333:function:f', role });
  make(stack, { function: fn, functionTimeout: Duration.seconds(3) });
  const mapping = Object.values(resourcesOf(stack)).find(({ Type }) => Type === 'AWS::Lambda::EventSourceMapping')!;
  expect(mapping.DependsOn).toEqual([expect.stringMatching(/^RolePolicy/)]);
  expect(warningsOf(stack)).toEqual([expect.stringContaining('nobody is told')]);
});

test.each<[string, (stack: Stack) => Partial<QueueWorkerProps>, string]>([
  ['function', (stack) => ({ function: importedFunction(stack), functionTimeout: Duration.seconds(3) }), '\'function\' must be in the region of the pattern, eu-west-1, got \'Test/Imported in us-east-1\''],
  ['queue', (stack) => ({
    queue: sqs.Queue.fromQueueArn(stack, 'Q', 'arn:aws:sqs:us-east-1:111122223333:q'), deadLetterQueue: sqs.Queue.fromQueueArn(stack, 'D', 'arn:aws:sqs:eu-west-1:111122223333:d'),
  }), '\'queue\' must be in the region of the pattern'],
  ['dead-letter queue', (stack) => ({ deadLetterQueue: sqs.Queue.fromQueueArn(stack, 'D', 'arn:aws:sqs:us-east-1:111122223333:d') }), '\'queue\' must be in the region of the pattern'],
])('a %s of another region is refused', (_, props, message) => {
  const stack = new Stack(new App(), 'Test', { env: { account: '111122223333', region: 'eu-west-1' } });
  expect(() => make(stack, props(stack))).toThrow(message);
});

describe('topics and buckets', () => {
  test('deliver what was asked for', () => {
    const stack = newStack();
    const worker = make(stack);
    worker.receiveFromTopic(new sns.Topic(stack, 'T'), {
      rawMessageDelivery: false, filterPolicyWithMessageBody: { kind: sns.FilterOrPolicy.filter(sns.SubscriptionFilter.existsFilter()) },
    });
    worker.receiveFromBucket(new s3.Bucket(stack, 'B'), { events: [s3.EventType.OBJECT_REMOVED] });
    expect(propertiesOf(stack, 'AWS::SNS::Subscription')[0]).toMatchObject({ RawMessageDelivery: false, FilterPolicyScope: 'MessageBody', FilterPolicy: { kind: [{ exists: true }] } });
    expect(propertiesOf(stack, 'Custom::S3BucketNotifications')[0].NotificationConfiguration.QueueConfigurations[0].Events).toEqual(['s3:ObjectRemoved:*']);
  });

  test('wait for the policies of the queues', () => {
    const stack = newStack();
    const worker = make(stack);
    worker.receiveFromTopic(new sns.Topic(stack, 'T'));
    worker.receiveFromBucket(new s3.Bucket(stack, 'B'));
    const waits = (type: string) => Object.values(resourcesOf(stack)).find(({ Type }) => Type === type)!.DependsOn;
    expect(waits('AWS::SNS::Subscription')).toEqual(expect.arrayContaining([expect.stringMatching(/^WorkerQueuePolicy/), expect.stringMatching(/^WorkerDeadLettersQueuePolicy/)]));
    expect(waits('Custom::S3BucketNotifications')).toEqual(expect.arrayContaining([expect.stringMatching(/^WorkerQueuePolicy/)]));
  });

  test('a topic is received from once, and filters in one way', () => {
    const stack = newStack();
    const worker = make(stack);
    const topic = new sns.Topic(stack, 'T');
    worker.receiveFromTopic(topic);
    expect(() => worker.receiveFromTopic(topic)).toThrow('\'topic\' must be received from once, got \'Test/T\'');
    expect(() => worker.receiveFromTopic(new sns.Topic(stack, 'U'), { filterPolicy: {}, filterPolicyWithMessageBody: {} }))
      .toThrow('\'filterPolicyWithMessageBody\' must not be given with a filterPolicy: SNS filters by one of them');
  });

  test('a topic of another region and account is let in under its own name', () => {
    const stack = new Stack(new App(), 'Test', { env: { account: '111122223333', region: 'eu-west-1' } });
    const encryptionKey = new kms.Key(stack, 'Key');
    make(stack, { encryptionKey }).receiveFromTopic(sns.Topic.fromTopicArn(stack, 'T', 'arn:aws:sns:us-east-1:999999999999:t'));
    expect(propertiesOf(stack, 'AWS::SNS::Subscription')[0].Region).toBe('us-east-1');
    const statement = propertiesOf(stack, 'AWS::KMS::Key')[0].KeyPolicy.Statement.find(({ Principal }: any) => Principal.Service === 'sns.amazonaws.com');
    expect(statement.Condition).toEqual({ StringEquals: { 'aws:SourceAccount': '999999999999' }, ArnLike: { 'aws:SourceArn': 'arn:aws:sns:us-east-1:999999999999:t' } });
  });

  test('a topic of another account in the same app too', () => {
    const app = new App();
    const home = new Stack(app, 'Home', { env: { account: '999999999999', region: 'eu-west-1' } });
    const stack = new Stack(app, 'Test', { env: { account: '111122223333', region: 'eu-west-1' } });
    const encryptionKey = new kms.Key(stack, 'Key');
    make(stack, { encryptionKey }).receiveFromTopic(new sns.Topic(home, 'T', { topicName: PhysicalName.GENERATE_IF_NEEDED }));
    const statement = propertiesOf(stack, 'AWS::KMS::Key')[0].KeyPolicy.Statement.find(({ Principal }: any) => Principal.Service === 'sns.amazonaws.com');
    expect(statement.Condition.StringEquals).toEqual({ 'aws:SourceAccount': '999999999999' });
    expect(JSON.stringify(statement.Condition.ArnLike)).toContain(':sns:eu-west-1:999999999999:*');
  });

  test('a bucket of another stack is let in by its account, one that is known by its name', () => {
    const app = new App();
    const [home, stack] = [new Stack(app, 'Home'), new Stack(app, 'Test')];
    const worker = make(stack);
    worker.receiveFromBucket(new s3.Bucket(home, 'B'));
    const permissions = permissionsOf([home, stack]);
    const from = (sourceAccount: string) => permissions.allows({
      service: 's3.amazonaws.com', action: 'sqs:SendMessage', resource: permissions.arnOf(worker.queue as sqs.Queue), sourceArn: 'arn:aws:s3:::any', sourceAccount,
    });
    expect([from('111122223333'), from('999999999999')]).toEqual([true, false]);
    const known = newStack();
    make(known).receiveFromBucket(s3.Bucket.fromBucketName(known, 'B', 'known'));
    expect(JSON.stringify(propertiesOf(known, 'AWS::SQS::QueuePolicy'))).toContain(':s3:::known"');
  });
});

test('a service is let in for one source, and not by a grant', () => {
  const stack = newStack();
  const worker = make(stack);
  worker.allowSender(new iam.ServicePrincipal('iot.amazonaws.com'), 'arn:aws:iot:us-east-1:111122223333:rule/r');
  const permissions = permissionsOf(stack);
  const from = (sourceArn: string) => permissions.allows({ service: 'iot.amazonaws.com', action: 'sqs:SendMessage', resource: permissions.arnOf(worker.queue as sqs.Queue), sourceArn });
  expect([from('arn:aws:iot:us-east-1:111122223333:rule/r'), from('arn:aws:iot:us-east-1:111122223333:rule/other')]).toEqual([true, false]);
  expect(() => make(new Stack(), {}).grantSend(new iam.ServicePrincipal('iot.amazonaws.com')))
    .toThrow('\'grantee\' must be a role, a user or a function: a service is let in for one source, by allowSender, got \'iot.amazonaws.com\'');
});

test('what cannot be given to an imported function is said', () => {
  const stack = newStack();
  const fn = importedFunction(stack);
  make(stack, { function: fn, functionTimeout: Duration.seconds(3), encryptionKey: new kms.Key(stack, 'Key') }).grantSend(fn);
  const warnings = warningsOf(stack).join('\n');
  for (const action of ['"sqs:ReceiveMessage","sqs:DeleteMessage","sqs:GetQueueAttributes"', '"kms:Decrypt"', '"sqs:SendMessage"']) {
    expect(warnings).toContain(`the role of Test/Imported (import the function with it, and its policy is written) is imported, so its policy is not changed: it needs this statement, or messages are lost: {"Action":${action.includes(',') ? `[${action}]` : action}`);
  }
});

test('resources', () => {
  const stack = newStack();
  make(stack);
  expect(Object.keys(resourcesOf(stack)).filter((id) => id.startsWith('Worker') || id.includes('Consume')).sort()).toEqual([
    expect.stringMatching(/^FnConsume/),
    expect.stringMatching(/^WorkerDeadLettersAlarm/),
    expect.stringMatching(/^WorkerDeadLettersQueue[^P]/),
    expect.stringMatching(/^WorkerDeadLettersQueuePolicy/),
    expect.stringMatching(/^WorkerQueue[^P]/),
    expect.stringMatching(/^WorkerQueuePolicy/),
  ]);
});
