import { App, Duration, Stack, Token } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { AlarmSetting, CompletionTarget, ObjectPipeline, ObjectPipelineProps, ObjectProcessor, RowFormat, RowsOptions } from '../../../src';
import { deniedHandOvers, permissionsOf, strangers } from '../../support/permissions';
import { aFunction, countByType, importedFunction, newStack, propertiesOf, resourcesOf, warningsOf as allWarningsOf } from '../../support/stacks';

const tableOf = (stack: Stack, id = 'Prices', props: Partial<dynamodb.TableProps> = {}) =>
  new dynamodb.Table(stack, id, { partitionKey: { name: 'sku', type: dynamodb.AttributeType.STRING }, ...props });
const rows = (stack: Stack, options: Partial<RowsOptions> = {}) =>
  ObjectProcessor.rows({ format: RowFormat.csv(), table: options.table ?? tableOf(stack), ...options });
const make = (stack: Stack, props: Partial<ObjectPipelineProps> = {}, id = 'PriceLists') =>
  new ObjectPipeline(stack, id, { prefix: 'incoming/', processor: props.processor ?? rows(stack), ...props });
const made = (props: Partial<ObjectPipelineProps> = {}) => {
  const stack = newStack();
  make(stack, props);
  return stack;
};
const environmentOf = (stack: Stack) => propertiesOf(stack, 'AWS::Lambda::Function').find(({ Description }) => /^Processes/.test(Description)).Environment.Variables;
const patternOf = (stack: Stack) => propertiesOf(stack, 'AWS::Events::Rule')[0].EventPattern;
const warningsOf = (stack: Stack) => allWarningsOf(stack).filter((text) => !text.includes('alarmsWithoutAction'));
const isQueue = ({ RedrivePolicy }: any) => RedrivePolicy !== undefined;
/** The statements of the worker's role, but for its log and traces. */
const statementsOf = (stack: Stack) => propertiesOf(stack, 'AWS::IAM::Policy').filter(({ PolicyName }) => /FunctionRole/.test(PolicyName))
  .flatMap(({ PolicyDocument }) => PolicyDocument.Statement).filter(({ Action }) => !/logs|xray/.test(JSON.stringify(Action)));
const actionsOf = (stack: Stack) => statementsOf(stack).flatMap(({ Action }) => Action).sort();

describe('what is made', () => {
  test('and no more', () => {
    const stack = newStack();
    make(stack, { processor: rows(stack, { table: dynamodb.Table.fromTableName(stack, 'Prices', 'prices'), keys: ['sku'] }) });
    expect(countByType(resourcesOf(stack))).toEqual({
      'AWS::S3::Bucket': 1,
      'AWS::S3::BucketPolicy': 1,
      'AWS::Events::Rule': 1,
      'AWS::SQS::Queue': 2,
      'AWS::SQS::QueuePolicy': 2,
      'AWS::DynamoDB::Table': 1,
      'AWS::Lambda::Function': 1,
      'AWS::Lambda::EventSourceMapping': 1,
      'AWS::IAM::Role': 1,
      'AWS::IAM::Policy': 1,
      'AWS::Logs::LogGroup': 1,
      'AWS::CloudWatch::Alarm': 1,
    });
  });

  test('one object at a time, and a message that stays until it is settled', () => {
    const stack = made({ maxConcurrency: 3 });
    expect(propertiesOf(stack, 'AWS::Lambda::EventSourceMapping')).toEqual([expect.objectContaining({
      BatchSize: 1, FunctionResponseTypes: ['ReportBatchItemFailures'], ScalingConfig: { MaximumConcurrency: 3 },
    })]);
    const { VisibilityTimeout, MessageRetentionPeriod, RedrivePolicy } = propertiesOf(stack, 'AWS::SQS::Queue').find(isQueue);
    const { Timeout, Environment: { Variables } } = propertiesOf(stack, 'AWS::Lambda::Function')[0];
    expect([Timeout, MessageRetentionPeriod, RedrivePolicy.maxReceiveCount]).toEqual([900, 14 * 86_400, 1000]);
    expect(Number(Variables.LEASE_SECONDS)).toBeGreaterThan(Timeout); // another run begins when this one has ended for certain
    expect(VisibilityTimeout).toBeGreaterThan(Number(Variables.LEASE_SECONDS)); // and finds the object free
  });

  test('a bucket that keeps what is in it, encrypted, over TLS, not public, without parts that nobody completes', () => {
    const stack = made();
    expect(propertiesOf(stack, 'AWS::S3::Bucket')).toEqual([{
      BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
      LifecycleConfiguration: { Rules: [{ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 }, Status: 'Enabled' }] },
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
    }]);
    expect(Object.values(resourcesOf(stack)).find(({ Type }) => Type === 'AWS::S3::Bucket')!.DeletionPolicy).toBe('Retain');
    expect(JSON.stringify(propertiesOf(stack, 'AWS::S3::BucketPolicy'))).toContain('aws:SecureTransport');
  });

  test('the key is for all of it', () => {
    const stack = newStack();
    const encryptionKey = new kms.Key(stack, 'Key');
    make(stack, { encryptionKey, processor: rows(stack, { table: tableOf(stack, 'Prices', { encryptionKey }) }) });
    const keyArn = stack.resolve(encryptionKey.keyArn);
    expect(propertiesOf(stack, 'AWS::SQS::Queue').map(({ KmsMasterKeyId }) => KmsMasterKeyId)).toEqual([keyArn, keyArn]);
    expect(propertiesOf(stack, 'AWS::DynamoDB::Table').map(({ SSESpecification }) => SSESpecification?.KMSMasterKeyId)).toEqual([keyArn, keyArn]);
    expect(propertiesOf(stack, 'AWS::S3::Bucket')[0].BucketEncryption.ServerSideEncryptionConfiguration).toEqual([{
      BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: keyArn },
    }]);
  });

  test('the status of an object goes when its time is over', () => {
    expect(propertiesOf(made(), 'AWS::DynamoDB::Table')[1]).toMatchObject({
      KeySchema: [{ AttributeName: 'objectKey', KeyType: 'HASH' }], TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true }, BillingMode: 'PAY_PER_REQUEST',
    });
  });

  test('logs are kept as long as is said', () => {
    expect(propertiesOf(made({ logRetention: logs.RetentionDays.ONE_YEAR }), 'AWS::Logs::LogGroup')).toEqual([{ RetentionInDays: 365 }]);
  });
});

describe('which objects', () => {
  test('all under the prefix that have content', () => {
    const stack = newStack();
    const { bucket } = make(stack);
    expect(patternOf(stack)).toEqual({
      'source': ['aws.s3'],
      'detail-type': ['Object Created'],
      'detail': { bucket: { name: [stack.resolve(bucket.bucketName)] }, object: { key: [{ prefix: 'incoming/' }], size: [{ numeric: ['>', 0] }] } },
    });
  });

  test('those with one of the suffixes, and both with the prefix: two matchers would be either', () => {
    expect(patternOf(made({ prefix: 'b\\c/', suffixes: ['.csv', '.txt'] })).detail.object.key).toEqual([{ wildcard: 'b\\\\c/*.csv' }, { wildcard: 'b\\\\c/*.txt' }]);
  });
});

describe('the bucket', () => {
  test('fault 56: of the user\'s own keeps its notifications, and sends events besides', () => {
    const stack = newStack();
    const bucket = new s3.Bucket(stack, 'Uploads');
    make(stack, { bucket });
    bucket.addEventNotification(s3.EventType.OBJECT_REMOVED, { bind: () => ({ arn: 'arn:aws:sns:us-east-1:111122223333:gone', type: s3.BucketNotificationDestinationType.TOPIC }) });
    const [{ NotificationConfiguration }] = propertiesOf(stack, 'Custom::S3BucketNotifications');
    expect(NotificationConfiguration).toMatchObject({ EventBridgeConfiguration: {}, TopicConfigurations: [{}] });
    expect(propertiesOf(stack, 'AWS::S3::Bucket')[0].NotificationConfiguration).toBeUndefined();
  });

  test('of the user\'s own needs no function to send events', () => {
    const stack = newStack();
    const definition = new s3.CfnBucket(stack, 'Uploads', { notificationConfiguration: { topicConfigurations: [{ event: 's3:ObjectRemoved:*', topic: 'arn' }] } });
    make(stack, { bucket: s3.Bucket.fromCfnBucket(definition) });
    expect(propertiesOf(stack, 'AWS::S3::Bucket')[0].NotificationConfiguration).toEqual({
      TopicConfigurations: [{ Event: 's3:ObjectRemoved:*', Topic: 'arn' }], EventBridgeConfiguration: { EventBridgeEnabled: true },
    });
    expect(propertiesOf(stack, 'AWS::Lambda::Function')).toHaveLength(1);
  });

  test('fault 56: that is imported is a warning, or is told to send events', () => {
    const [told, untold] = [newStack(), newStack()];
    make(untold, { bucket: s3.Bucket.fromBucketName(untold, 'Uploads', 'uploads') });
    expect(warningsOf(untold)).toEqual([expect.stringContaining('the bucket uploads is imported: no object is processed unless it sends its events to EventBridge')]);
    expect(propertiesOf(untold, 'Custom::S3BucketNotifications')).toEqual([]);
    make(told, { bucket: s3.Bucket.fromBucketName(told, 'Uploads', 'uploads'), enableEventBridge: true });
    expect(warningsOf(told)).toEqual([]);
    expect(propertiesOf(told, 'Custom::S3BucketNotifications')).toEqual([
      expect.objectContaining({ BucketName: 'uploads', Managed: false, NotificationConfiguration: { EventBridgeConfiguration: {} } }),
    ]);
  });

  test('fault 57: of another stack, with a key of a third, is referred to in one direction', () => {
    const app = new App();
    const [keys, data, home] = ['Keys', 'Data', 'Home'].map((id) => new Stack(app, id));
    const encryptionKey = new kms.Key(keys, 'Key');
    const bucket = new s3.Bucket(data, 'Uploads', { encryptionKey });
    make(home, { bucket });
    expect(environmentOf(home).INPUT_PREFIX).toBe('incoming/');
    expect(home.dependencies.map(({ node: { id } }) => id).sort()).toEqual(['Data', 'Keys']);
    expect([...data.dependencies, ...keys.dependencies].map(({ node: { id } }) => id)).toEqual(['Keys']);
    expect(propertiesOf(data, 'AWS::S3::Bucket')[0].NotificationConfiguration).toEqual({ EventBridgeConfiguration: { EventBridgeEnabled: true } });
  });

  test('has to be where the pipeline is', () => {
    const stack = new Stack(new App(), 'Test', { env: { region: 'eu-central-1', account: '111122223333' } });
    const bucket = s3.Bucket.fromBucketAttributes(stack, 'Uploads', { bucketName: 'uploads', region: 'us-east-1' });
    expect(() => make(stack, { bucket })).toThrow("'bucket' must be in the region of the pattern, eu-central-1, got 'Test/Uploads in us-east-1'");
  });
});

describe('fault 52: nothing that is put is taken for input', () => {
  const both = (first: Partial<ObjectPipelineProps>, second: Partial<ObjectPipelineProps>) => () => {
    const stack = newStack();
    const bucket = new s3.Bucket(stack, 'Uploads');
    const table = tableOf(stack);
    make(stack, { bucket, processor: rows(stack, { table }), ...first }, 'One');
    make(stack, { bucket, processor: rows(stack, { table }), ...second }, 'Two');
  };

  test.each([
    [{ prefix: 'PriceLists/' }, "'outputPrefix' must not begin with the prefix 'PriceLists/', nor the prefix with it: what is put would be processed again (it is the id of the construct unless you say otherwise), got 'PriceLists/'"],
    [{ prefix: 'PriceLists/processed/x' }, "'outputPrefix' must not begin with the prefix"],
    [{ prefix: 'in', outputPrefix: 'in/out/' }, "'outputPrefix' must not begin with the prefix 'in'"],
    [{ prefix: '' }, "'prefix' must not be empty, got ''"],
    [{ prefix: '/incoming' }, "'prefix' must not begin with a slash: keys of S3 have none there, got '/incoming'"],
    [{ prefix: 'x'.repeat(257) }, "'prefix' must have at most 256 bytes"],
    [{ prefix: Token.asString({ Ref: 'Parameter' }) }, "'prefix' must be known at synthesis, got 'a token'"],
    [{ prefix: 'in/*' }, "'prefix' must hold no *, no ? and no ${, which mean something else in policies and rules (a suffix is such as .csv), got 'in/*'"],
    [{ prefix: 'a?/' }, "'prefix' must hold no *"],
    [{ outputPrefix: 'a${x}/' }, "'outputPrefix' must hold no *"],
    [{ suffixes: ['*.csv'] }, "'suffixes' must hold no *"],
    [{ outputPrefix: '' }, "'outputPrefix' must not be empty, got ''"],
    [{ suffixes: [] }, "'suffixes' must name at least one, or be left out for all objects, got '[]'"],
    [{ suffixes: ['.csv', ''] }, "'suffixes' must not be empty, got ''"],
  ])('%p', (props, message) => expect(() => made(props)).toThrow(message));

  test.each<[Partial<ObjectPipelineProps>, Partial<ObjectPipelineProps>, string]>([
    [{ prefix: 'in/' }, { prefix: 'in/sub/' }, "'prefix' must not take objects that Test/One takes from the same bucket, those under 'in/', got 'in/sub/'"],
    [{ prefix: 'in/', suffixes: ['.csv'] }, { prefix: 'in/', suffixes: ['.json', 's.csv'] }, "'prefix' must not take objects that Test/One takes"],
    [{ prefix: 'in/', suffixes: ['.csv'] }, { prefix: 'in/' }, "'prefix' must not take objects that Test/One takes"],
    [{ prefix: 'in/' }, { prefix: 'One/processed/' }, "'prefix' must not be where Test/One puts its output, 'One/', got 'One/processed/'"],
    [{ prefix: 'in/' }, { prefix: 'more/', outputPrefix: 'in/more/' }, "'outputPrefix' must not be where Test/One takes its objects, 'in/', got 'in/more/'"],
    [{ prefix: 'in/' }, { prefix: 'more/', outputPrefix: 'One/' }, "'outputPrefix' must not be where Test/One puts its output, 'One/', got 'One/'"],
  ])('%p and %p on one bucket', (first, second, message) => expect(both(first, second)).toThrow(message));

  test('two pipelines that differ in prefix, or in suffix, share a bucket', () => {
    expect(both({ prefix: 'a/' }, { prefix: 'b/' })).not.toThrow();
    expect(both({ suffixes: ['.csv'] }, { suffixes: ['.json', '.xml'] })).not.toThrow();
  });

  test('two buckets have nothing to do with each other, and one that is imported twice is one', () => {
    const stack = newStack();
    const table = tableOf(stack);
    const onBucket = (id: string, bucketName: string) =>
      make(stack, { bucket: s3.Bucket.fromBucketName(stack, `Bucket${id}`, bucketName), processor: rows(stack, { table }) }, id);
    onBucket('One', 'uploads');
    onBucket('Two', 'others');
    expect(() => onBucket('Three', 'uploads')).toThrow("'prefix' must not take objects that Test/One takes from the same bucket");
  });
});

describe('permissions', () => {
  test('the worker takes away under the prefix, puts into its folders, and has no more', () => {
    const stack = newStack();
    const { bucket, queue, deadLetterQueue, statusTable } = make(stack, { processor: rows(stack, { table: dynamodb.Table.fromTableName(stack, 'Prices', 'prices'), keys: ['sku'] }) });
    const at = (construct: { node: any }, path = '') => `${permissionsOf(stack).arnOf(construct as any)}${path}`;
    const allowed = statementsOf(stack).map(({ Action, Resource }) => [Action].flat().length * [Resource].flat().length);
    expect(allowed.reduce((sum, number) => sum + number)).toBe(20);
    const permissions = permissionsOf(stack);
    const role = Object.entries(resourcesOf(stack)).find(([, { Type }]) => Type === 'AWS::IAM::Role')![0];
    const may = (action: string, resource: string) => permissions.allows({ role, action, resource });
    for (const action of ['s3:GetObject', 's3:GetObjectTagging', 's3:DeleteObject']) expect(may(action, at(bucket, '/incoming/a/b.csv'))).toBe(true);
    for (const folder of ['processed', 'failed']) {
      for (const action of ['s3:PutObject', 's3:PutObjectTagging', 's3:GetObject', 's3:AbortMultipartUpload']) expect(may(action, at(bucket, `/PriceLists/${folder}/x`))).toBe(true);
      expect(may('s3:DeleteObject', at(bucket, `/PriceLists/${folder}/x`))).toBe(false);
    }
    expect(may('s3:PutObject', at(bucket, '/PriceLists/rejected/x'))).toBe(true);
    for (const [action, path] of [['s3:PutObject', '/incoming/x'], ['s3:PutObject', '/other/x'], ['s3:GetObject', '/other/x'], ['s3:GetObjectVersion', '/incoming/x']]) {
      expect([action, path, may(action, at(bucket, path))]).toEqual([action, path, false]);
    }
    expect(may('sqs:ChangeMessageVisibility', at(queue))).toBe(true);
    expect(may('sqs:SendMessage', at(queue))).toBe(false);
    expect(may('sqs:SendMessage', at(deadLetterQueue))).toBe(true);
    expect(may('dynamodb:UpdateItem', at(statusTable))).toBe(true);
    expect(may('dynamodb:BatchWriteItem', 'arn:aws:dynamodb:us-east-1:111122223333:table/prices')).toBe(true);
    expect(may('dynamodb:DeleteItem', 'arn:aws:dynamodb:us-east-1:111122223333:table/prices')).toBe(false);
  });

  test('fault 53: where objects have versions, or may have, it reads the one that was announced', () => {
    const actions = (bucketOf: (stack: Stack) => s3.IBucket) => {
      const stack = newStack();
      make(stack, { bucket: bucketOf(stack) });
      return actionsOf(stack).filter((action: string) => /Version/.test(action));
    };
    expect(actions((stack) => new s3.Bucket(stack, 'Uploads'))).toEqual([]);
    expect(actions((stack) => new s3.Bucket(stack, 'Uploads', { versioned: true }))).toEqual(['s3:GetObjectVersion', 's3:GetObjectVersionTagging']);
    expect(actions((stack) => s3.Bucket.fromBucketName(stack, 'Uploads', 'uploads'))).toEqual(['s3:GetObjectVersion', 's3:GetObjectVersionTagging']);
  });

  test('fault 58: it uses the key of the bucket, also of one that is imported with it', () => {
    const stack = newStack();
    const encryptionKey = kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:us-east-1:111122223333:key/1');
    make(stack, { bucket: s3.Bucket.fromBucketAttributes(stack, 'Uploads', { bucketName: 'uploads', encryptionKey }) });
    expect(statementsOf(stack)).toContainEqual({ Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: 'arn:aws:kms:us-east-1:111122223333:key/1' });
  });

  test('it calls exactly the user\'s function, by its alias', () => {
    const stack = newStack();
    const live = new lambda.Alias(stack, 'Live', { aliasName: 'live', version: aFunction(stack).currentVersion });
    make(stack, { processor: rows(stack, { transform: live }) });
    expect(statementsOf(stack).filter(({ Action }: any) => Action === 'lambda:InvokeFunction').map(({ Resource }: any) => Resource)).toEqual([stack.resolve(live.functionArn)]);
    expect(environmentOf(stack)).toMatchObject({ FUNCTION_ARN: stack.resolve(live.functionArn), FUNCTION_SECONDS: '3' });
  });

  test('the user\'s function of whole objects reads them, and nothing else', () => {
    const stack = newStack();
    const encryptionKey = new kms.Key(stack, 'Key');
    const { bucket } = make(stack, { encryptionKey, processor: ObjectProcessor.function(aFunction(stack)) });
    const policy = propertiesOf(stack, 'AWS::IAM::Policy').find(({ PolicyName }) => /FunctionPolicy/.test(PolicyName));
    expect(policy.PolicyDocument.Statement).toEqual([
      { Effect: 'Allow', Action: 's3:GetObject', Resource: stack.resolve(bucket.arnForObjects('incoming/*')) },
      { Effect: 'Allow', Action: 'kms:Decrypt', Resource: stack.resolve(encryptionKey.keyArn) },
    ]);
    expect(actionsOf(stack)).not.toContain('dynamodb:BatchWriteItem');
  });

  test('a function without a role is a warning that says what its role needs', () => {
    const stack = newStack();
    make(stack, { processor: ObjectProcessor.function(importedFunction(stack), { functionTimeout: Duration.minutes(1) }) });
    expect(warningsOf(stack)).toEqual([expect.stringContaining('s3:GetObject')]);
  });

  test.each<[string, (stack: Stack) => CompletionTarget, object, object]>([
    ['queue', (stack) => CompletionTarget.queue(new sqs.Queue(stack, 'Completions')), { Action: 'sqs:SendMessage' }, { COMPLETION_KIND: 'queue' }],
    ['topic', (stack) => CompletionTarget.topic(new sns.Topic(stack, 'Completions')), { Action: 'sns:Publish' }, { COMPLETION_KIND: 'topic' }],
    ['eventBus', (stack) => CompletionTarget.eventBus(new events.EventBus(stack, 'Completions')), { Action: 'events:PutEvents' }, { COMPLETION_KIND: 'eventBus' }],
  ])('completions to a %s', (_kind, target, statement, environment) => {
    const stack = newStack();
    make(stack, { onComplete: target(stack) });
    expect(statementsOf(stack)).toContainEqual(expect.objectContaining(statement));
    expect(environmentOf(stack)).toMatchObject({ ...environment, COMPLETION_ADDRESS: expect.anything() });
  });

  test('completions under a key', () => {
    const stack = newStack();
    const masterKey = new kms.Key(stack, 'Key');
    make(stack, { onComplete: CompletionTarget.topic(new sns.Topic(stack, 'Completions', { masterKey })) });
    expect(statementsOf(stack)).toContainEqual({ Effect: 'Allow', Action: ['kms:GenerateDataKey', 'kms:Decrypt'], Resource: stack.resolve(masterKey.keyArn) });
  });

  test('who uploads may put under the prefix, with the key, and no more', () => {
    const stack = newStack();
    const encryptionKey = new kms.Key(stack, 'Key');
    const pipeline = make(stack, { encryptionKey });
    const role = new iam.Role(stack, 'Partner', { assumedBy: new iam.AccountRootPrincipal() });
    pipeline.grantUpload(role);
    const [{ PolicyDocument }] = propertiesOf(stack, 'AWS::IAM::Policy').filter(({ PolicyName }) => /Partner/.test(PolicyName));
    expect(PolicyDocument.Statement).toEqual([
      { Effect: 'Allow', Action: ['s3:PutObject', 's3:AbortMultipartUpload'], Resource: stack.resolve(pipeline.bucket.arnForObjects('incoming/*')) },
      { Effect: 'Allow', Action: ['kms:GenerateDataKey', 'kms:Decrypt'], Resource: stack.resolve(encryptionKey.keyArn) },
    ]);
  });

  test('all that AWS hands over by itself is allowed, under a key, too, and nobody else\'s', () => {
    const stack = newStack();
    make(stack, { encryptionKey: new kms.Key(stack, 'Key') });
    expect([deniedHandOvers(stack), strangers(stack)]).toEqual([[], []]);
  });
});

describe('bad input', () => {
  test.each<[string, (stack: Stack) => Partial<ObjectPipelineProps>, string]>([
    ['maxConcurrency', () => ({ maxConcurrency: 1 }), "'maxConcurrency' must be a whole number between 2 and 1000, got 1"],
    ['maxAttempts', () => ({ maxAttempts: 0 }), "'maxAttempts' must be a whole number between 1 and 100, got 0"],
    ['deadLetterQueue', (stack) => ({ deadLetterQueue: new sqs.Queue(stack, 'Fifo', { fifo: true }) }), "'deadLetterQueue' must be a standard queue, got 'Test/Fifo'"],
    ['queue', (stack) => ({ onComplete: CompletionTarget.queue(new sqs.Queue(stack, 'Fifo', { fifo: true })) }), "'queue' must be a standard queue, got 'Test/Fifo'"],
    ['topic', (stack) => ({ onComplete: CompletionTarget.topic(new sns.Topic(stack, 'Fifo', { fifo: true })) }), "'topic' must be a standard topic, got 'Test/Fifo'"],
    ['maxRejectedPercent', (stack) => ({ processor: rows(stack, { maxRejectedPercent: 101 }) }), "'maxRejectedPercent' must be a whole number between 0 and 100, got 101"],
    ['keys', (stack) => ({ processor: rows(stack, { table: dynamodb.Table.fromTableName(stack, 'T', 't') }) }), "'keys' must be given for an imported table"],
    ['columns', (stack) => ({ processor: rows(stack, { format: RowFormat.csv({ columns: ['a', 'b'] }) }) }),
      "'columns' must hold the keys of the table, sku, unless there is a transform, got 'a, b'"],
    ['transform', (stack) => ({ processor: rows(stack, { transform: aFunction(stack, 'Slow', { timeout: Duration.minutes(6) }) }) }),
      "'transform' must have a timeout of at most 5 minutes, since the worker waits for it, got '6 minutes'"],
    ['transformTimeout', (stack) => ({ processor: rows(stack, { transform: importedFunction(stack) }) }), "'transformTimeout' must be given where the timeout of the function cannot be seen"],
    ['transformTimeout alone', (stack) => ({ processor: rows(stack, { transformTimeout: Duration.minutes(1) }) }), "'transformTimeout' must not be given without a transform"],
    ['transformTimeout twice', (stack) => ({ processor: rows(stack, { transform: aFunction(stack), transformTimeout: Duration.minutes(1) }) }),
      "'transformTimeout' must not be given for a function whose timeout can be seen, 3 seconds, got '1 minute'"],
    ['function', (stack) => ({ processor: ObjectProcessor.function(aFunction(stack, 'Slow', { timeout: Duration.minutes(15) })) }),
      "'function' must have a timeout of at most 14 minutes, since the worker waits for it, got '15 minutes'"],
    ['functionTimeout', (stack) => ({ processor: ObjectProcessor.function(importedFunction(stack)) }), "'functionTimeout' must be given where the timeout of the function cannot be seen"],
  ])('%s', (_name, props, message) => {
    const stack = newStack();
    expect(() => make(stack, props(stack))).toThrow(message);
  });
});

describe('alarms and metrics', () => {
  test('dead letters, unless they are off', () => {
    expect(propertiesOf(made(), 'AWS::CloudWatch::Alarm')).toEqual([expect.objectContaining({ MetricName: 'ApproximateNumberOfMessagesVisible', Threshold: 1 })]);
    expect(propertiesOf(made({ alarms: { deadLetters: AlarmSetting.off('looked at every day') } }), 'AWS::CloudWatch::Alarm')).toEqual([]);
  });

  test('the oldest object, where it is asked for', () => {
    const stack = newStack();
    const { queue, oldestObjectAlarm } = make(stack, { alarms: { oldestObject: AlarmSetting.threshold(3600) } });
    expect(oldestObjectAlarm).toBeDefined();
    expect(propertiesOf(stack, 'AWS::CloudWatch::Alarm')).toContainEqual(expect.objectContaining({
      MetricName: 'ApproximateAgeOfOldestMessage',
      Threshold: 3600,
      Dimensions: [{ Name: 'QueueName', Value: stack.resolve(queue.queueName) }],
      AlarmDescription: expect.stringContaining('object-pipeline/README.md#operate'),
    }));
  });

  test('metrics have the namespace and the dimension that the worker counts with', () => {
    const stack = newStack();
    const pipeline = make(stack);
    const all = [
      pipeline.metricObjectsProcessed(), pipeline.metricObjectsFailed(), pipeline.metricObjectsSkipped(),
      pipeline.metricRowsRead(), pipeline.metricRowsWritten(), pipeline.metricRowsRejected(),
    ];
    expect(all.map(({ metricName }) => metricName)).toEqual(['ObjectsProcessed', 'ObjectsFailed', 'ObjectsSkipped', 'RowsRead', 'RowsWritten', 'RowsRejected']);
    for (const { namespace, dimensions, statistic } of all) {
      expect([namespace, dimensions, statistic]).toEqual([environmentOf(stack).METRIC_NAMESPACE, { FunctionName: pipeline.worker.functionName }, 'Sum']);
    }
  });
});
