/** Pipelines whose function does what the key of an object says, and whose workers do not wait, or are killed when a test says so. */
import { join } from 'path';
import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { outputs } from '../../../integ/support/apps';
import { AlarmActions, ColumnType, CompletionTarget, ObjectPipeline, ObjectPipelineProps, ObjectProcessor, RowFormat } from '../../../src';

const app = new App();
const stack = new Stack(app, 'Pipelines');
AlarmActions.of(app).none('a test');
/** Of a stack that is deployed before. */
const uploads = new Stack(app, 'Uploads');
const shared = new s3.Bucket(uploads, 'Shared', { versioned: true, removalPolicy: RemovalPolicy.DESTROY });
shared.addToResourcePolicy(new iam.PolicyStatement({
  effect: iam.Effect.DENY, principals: [new iam.AnyPrincipal()], actions: ['s3:PutObject'], resources: [shared.arnForObjects('Photos/failed/*/stuck*')],
}));

const fn = (id: string, seconds: number) => new lambda.Function(stack, id, {
  runtime: lambda.Runtime.NODEJS_22_X, handler: `${id.toLowerCase()}.handler`, code: lambda.Code.fromAsset(join(__dirname, 'object-functions')), timeout: Duration.seconds(seconds),
});
const table = (id: string, encryptionKey?: kms.Key) => new dynamodb.Table(stack, id, {
  partitionKey: { name: 'sku', type: dynamodb.AttributeType.STRING }, billingMode: dynamodb.BillingMode.PAY_PER_REQUEST, encryptionKey,
});
const encryptionKey = new kms.Key(stack, 'Key');
const [prices, stock] = [table('PriceTable'), table('StockTable', encryptionKey)];
const [completions, heard] = [new sqs.Queue(stack, 'Completions'), new sqs.Queue(stack, 'Heard')];
const topic = new sns.Topic(stack, 'Topic');
topic.addSubscription(new subscriptions.SqsSubscription(heard, { rawMessageDelivery: true }));
const eventBus = new events.EventBus(stack, 'Bus');
new events.Rule(stack, 'ToHeard', { eventBus, eventPattern: { source: ['cdk-serverless-patterns.object-pipeline'] }, targets: [new targets.SqsQueue(heard)] });

const describe = fn('Describe', 3);
const onComplete = CompletionTarget.queue(completions);
const all: Record<string, ObjectPipelineProps> = {
  Photos: { bucket: shared, prefix: 'photos/', processor: ObjectProcessor.function(describe), onComplete, maxAttempts: 2 },
  Prices: {
    bucket: shared, prefix: 'prices/', suffixes: ['.csv', '.CSV'], processor: ObjectProcessor.rows({ format: RowFormat.csv(), table: prices, transform: fn('Price', 5) }), onComplete: CompletionTarget.topic(topic), maxAttempts: 2,
  },
  Stock: {
    prefix: 'stock/', processor: ObjectProcessor.rows({ format: RowFormat.csv({ columnTypes: { pieces: ColumnType.NUMBER } }), table: stock }), onComplete: CompletionTarget.eventBus(eventBus), encryptionKey,
  },
  Crashing: { prefix: 'in/', processor: ObjectProcessor.rows({ format: RowFormat.jsonLines(), table: stock }), onComplete, maxAttempts: 100 },
};
for (const [name, props] of Object.entries(all)) {
  const pipeline = new ObjectPipeline(stack, name, props);
  const worker = pipeline.worker as lambda.Function;
  worker.addEnvironment('NODE_OPTIONS', `--require ${join(__dirname, '../../support/object-faults.cjs')}`).addEnvironment('FAULTS', join(process.env.FAULTS!, name));
  if (name === 'Crashing') { // or another run would wait for 15 minutes
    worker.addEnvironment('LEASE_SECONDS', '4');
    (worker.node.defaultChild as lambda.CfnFunction).timeout = 32; // of which 30 s are a margin
  }
  if (name === 'Stock') pipeline.bucket.applyRemovalPolicy(RemovalPolicy.DESTROY);
  const partner = new iam.Role(stack, `PartnerOf${name}`, { assumedBy: new iam.AccountRootPrincipal() });
  pipeline.grantUpload(partner);
  outputs(stack, {
    [`${name}Bucket`]: pipeline.bucket.bucketName,
    [`${name}Queue`]: pipeline.queue.queueUrl,
    [`${name}DeadLetters`]: pipeline.deadLetterQueue.queueUrl,
    [`${name}Status`]: pipeline.statusTable.tableName,
    [`${name}Worker`]: pipeline.worker.functionName,
    [`${name}Role`]: worker.role!.roleArn,
    [`${name}Partner`]: partner.roleArn,
  });
}
outputs(stack, {
  CompletionsUrl: completions.queueUrl,
  HeardUrl: heard.queueUrl,
  PriceItems: prices.tableName,
  StockItems: stock.tableName,
  DescribeName: describe.functionName,
});
