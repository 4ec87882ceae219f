/** Pipelines of rows and of whole objects: on a bucket of their own, under a customer-managed key, with completions of all kinds. */
import { ExpectedResult, IntegTest, Match } from '@aws-cdk/integ-tests-alpha';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { AlarmActions, AlarmSetting, ColumnType, CompletionTarget, ObjectPipeline, ObjectProcessor, RowFormat } from '../src';
import { inlineFunction, integApp, outputs } from './support/apps';

const app = integApp();
const stack = new Stack(app, 'IntegObjectPipelineFiles');
AlarmActions.of(stack).none('a test');
const encryptionKey = new kms.Key(stack, 'Key', { enableKeyRotation: true });
const bucket = new s3.Bucket(stack, 'Files', { encryptionKey, versioned: true, removalPolicy: RemovalPolicy.DESTROY, autoDeleteObjects: true });
const table = new dynamodb.Table(stack, 'Prices', {
  partitionKey: { name: 'sku', type: dynamodb.AttributeType.STRING },
  billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
  pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
  encryptionKey,
  removalPolicy: RemovalPolicy.DESTROY,
});
const completions = new sqs.Queue(stack, 'Completions', { encryptionMasterKey: encryptionKey });

const priceLists = new ObjectPipeline(stack, 'PriceLists', {
  bucket,
  prefix: 'incoming/',
  suffixes: ['.csv', '.txt'],
  processor: ObjectProcessor.rows({
    format: RowFormat.csv({ delimiter: ';' }),
    table,
    transform: inlineFunction(stack, 'PriceOfRow', `
      const priced = ({ row }) => Number(row.price) > 0;
      return {
        items: event.rows.filter(priced).map(({ n, row }) => ({ n, item: { sku: row.sku, price: Number(row.price) } })),
        rejects: event.rows.filter((each) => !priced(each)).map(({ n, row }) => ({ n, reason: 'no price: ' + row.price })),
      };`),
    maxRejectedPercent: 50,
  }),
  onComplete: CompletionTarget.queue(completions),
  encryptionKey,
});
const documents = new ObjectPipeline(stack, 'Documents', {
  bucket,
  prefix: 'documents/',
  processor: ObjectProcessor.function(inlineFunction(stack, 'Sizing', 'return { bytes: event.object.size };')),
  onComplete: CompletionTarget.topic(new sns.Topic(stack, 'Topic', { masterKey: encryptionKey, enforceSSL: true })),
  outputPrefix: 'done/documents/',
  deadLetterQueue: priceLists.deadLetterQueue,
  encryptionKey,
});
const readings = new ObjectPipeline(stack, 'Readings', {
  prefix: 'readings/',
  suffixes: ['.jsonl.gz'],
  processor: ObjectProcessor.rows({ format: RowFormat.jsonLines({ gzip: true }), table }),
  onComplete: CompletionTarget.eventBus(new events.EventBus(stack, 'Bus')),
  maxConcurrency: 2,
  maxAttempts: 1,
  alarms: { oldestObject: AlarmSetting.threshold(Duration.hours(1).toSeconds()) },
});
(readings.bucket as s3.Bucket).applyRemovalPolicy(RemovalPolicy.DESTROY);
new ObjectPipeline(stack, 'Typed', {
  bucket,
  prefix: 'typed/',
  processor: ObjectProcessor.rows({ format: RowFormat.csv({ columns: ['sku', 'pieces'], columnTypes: { pieces: ColumnType.NUMBER } }), table }),
  encryptionKey,
});

outputs(stack, {
  BucketName: bucket.bucketName,
  TableName: table.tableName,
  CompletionQueue: completions.queueUrl,
  DocumentStatus: documents.statusTable.tableName,
  DeadLetters: priceLists.deadLetterQueue.queueUrl,
});

const integ = new IntegTest(app, 'ObjectPipelineFiles', {
  testCases: [stack],
  cdkCommandOptions: { destroy: { args: { force: true } } },
});
const wait = { totalTimeout: Duration.minutes(2), interval: Duration.seconds(2) };
const put = (Key: string, Body: string) => {
  const call = integ.assertions.awsApiCall('S3', 'putObject', { Bucket: bucket.bucketName, Key, Body });
  call.provider.addToRolePolicy({ Effect: 'Allow', Action: ['s3:PutObject'], Resource: [bucket.arnForObjects('*')] });
  call.provider.addToRolePolicy({ Effect: 'Allow', Action: ['kms:GenerateDataKey', 'kms:Decrypt'], Resource: [encryptionKey.keyArn] });
  return call;
};
const KEY = 'incoming/Preisliste März + 100%.csv';
const uploaded = put(KEY, 'sku;price\n"a\nb";1.5\nc;none\nd;2\n').next(put('documents/broken/../odd name', 'hello'));
const announced = integ.assertions.awsApiCall('SQS', 'receiveMessage', { QueueUrl: completions.queueUrl, VisibilityTimeout: 0, WaitTimeSeconds: 1 })
  .expect(ExpectedResult.objectLike({
    Messages: [{ Body: Match.serializedJson(Match.objectLike({ key: KEY, rowsRead: 3, rowsWritten: 2, rowsRejected: 1 })) }],
  })).waitForAssertions(wait);
const written = integ.assertions.awsApiCall('DynamoDB', 'getItem', { TableName: table.tableName, Key: { sku: { S: 'a\nb' } } });
written.provider.addToRolePolicy({ Effect: 'Allow', Action: ['dynamodb:GetItem'], Resource: [table.tableArn] });
written.expect(ExpectedResult.objectLike({ Item: { price: { N: '1.5' } } }));
const sized = integ.assertions.awsApiCall('DynamoDB', 'getItem', {
  TableName: documents.statusTable.tableName, Key: { objectKey: { S: 'documents/broken/../odd name' } },
});
sized.provider.addToRolePolicy({ Effect: 'Allow', Action: ['dynamodb:GetItem'], Resource: [documents.statusTable.tableArn] });
sized.expect(ExpectedResult.objectLike({ Item: { status: { S: 'PROCESSED' } } })).waitForAssertions(wait);

uploaded.next(announced).next(written).next(sized);
