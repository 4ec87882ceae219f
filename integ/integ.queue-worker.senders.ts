/** Workers of standard and FIFO queues under a customer-managed key, fed by a topic, a bucket and a rule, with poison among the messages. */
import { ExpectedResult, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { Annotations, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import { AlarmActions, EventSubscription, QueueWorker, Subscriber } from '../src';
import { integApp, outputs } from './support/apps';
import { ledger, queueConsumer } from './support/consumers';

const app = integApp();
const stack = new Stack(app, 'IntegQueueWorkerSenders');
AlarmActions.of(stack).none('a test');
Annotations.of(stack).acknowledgeWarning('cdk-serverless-patterns:shortVisibility', 'retries of a test are quick');
const encryptionKey = new kms.Key(stack, 'Key', { enableKeyRotation: true });
const table = ledger(stack);

const fn = queueConsumer(stack, 'Worker', table);
const worker = new QueueWorker(stack, 'Invoices', {
  function: new lambda.Alias(stack, 'Live', { aliasName: 'live', version: fn.currentVersion }),
  maxReceiveCount: 2,
  visibilityTimeout: Duration.seconds(3),
  encryptionKey,
});
const topic = new sns.Topic(stack, 'Topic', { masterKey: encryptionKey, enforceSSL: true });
worker.receiveFromTopic(topic);
const eventBus = events.EventBus.fromEventBusName(stack, 'Default', 'default');
new EventSubscription(stack, 'Announced', {
  eventBus, encryptionKey, on: { source: ['integ.worker'] }, to: Subscriber.queue(worker.queue), deadLetterQueue: worker.deadLetterQueue,
});

const ordered = new QueueWorker(stack, 'Ordered', {
  function: queueConsumer(stack, 'OrderedWorker', table), fifo: true, maxReceiveCount: 2, visibilityTimeout: Duration.seconds(3), encryptionKey,
});

const uploads = new QueueWorker(stack, 'Uploads', {
  function: queueConsumer(stack, 'UploadWorker', table), encryptionKey,
});
const bucket = new s3.Bucket(stack, 'Bucket', { encryptionKey, removalPolicy: RemovalPolicy.DESTROY, autoDeleteObjects: true });
uploads.receiveFromBucket(bucket, { prefix: 'in/' });

const selective = new QueueWorker(stack, 'Selective', {
  function: queueConsumer(stack, 'SelectiveWorker', table), filters: [{ body: { kind: ['invoice'] } }], encryptionKey,
});

outputs(stack, {
  Queue: worker.queue.queueUrl,
  DeadLetters: worker.deadLetterQueue.queueUrl,
  TopicArn: topic.topicArn,
  OrderedQueue: ordered.queue.queueUrl,
  OrderedDeadLetters: ordered.deadLetterQueue.queueUrl,
  SelectiveQueue: selective.queue.queueUrl,
  BucketName: bucket.bucketName,
  LedgerName: table.tableName,
});

const integ = new IntegTest(app, 'QueueWorkerSenders', {
  testCases: [stack],
  cdkCommandOptions: { destroy: { args: { force: true } } },
});
const send = integ.assertions.awsApiCall('SQS', 'sendMessage', { QueueUrl: worker.queue.queueUrl, MessageBody: '{"id":"1"}' });
send.provider.addToRolePolicy({ Effect: 'Allow', Action: ['kms:GenerateDataKey', 'kms:Decrypt'], Resource: [encryptionKey.keyArn] });
const handled = integ.assertions.awsApiCall('DynamoDB', 'getItem', { TableName: table.tableName, Key: { consumer: { S: 'Worker' }, id: { S: '1' } } });
handled.provider.addToRolePolicy({ Effect: 'Allow', Action: ['dynamodb:GetItem'], Resource: [table.tableArn] });
handled.expect(ExpectedResult.objectLike({ Item: { times: { N: '1' } } })).waitForAssertions({ totalTimeout: Duration.minutes(1), interval: Duration.seconds(2) });
send.next(handled);
