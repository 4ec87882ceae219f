/** Pipelines whose functions do what the key of an object says. */
import { join } from 'path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { outputs } from '../../../integ/support/apps';
import { AlarmActions, ColumnType, CompletionTarget, ObjectPipeline, ObjectProcessor, RowFormat } from '../../../src';

const stack = new Stack(new App(), 'Pipelines');
AlarmActions.of(stack).none('a test');
const completions = new sqs.Queue(stack, 'Completions');
const bucket = new s3.Bucket(stack, 'Shared', { versioned: true });

const describe = new lambda.Function(stack, 'Describe', {
  runtime: lambda.Runtime.NODEJS_22_X,
  handler: 'describe.handler',
  code: lambda.Code.fromAsset(join(__dirname, 'object-functions')),
  timeout: Duration.seconds(20),
});
const price = new lambda.Function(stack, 'Price', {
  runtime: lambda.Runtime.NODEJS_22_X,
  handler: 'price.handler',
  code: lambda.Code.fromAsset(join(__dirname, 'object-functions')),
  timeout: Duration.seconds(20),
});
const table = (id: string, encryptionKey?: kms.Key) => new dynamodb.Table(stack, id, {
  partitionKey: { name: 'sku', type: dynamodb.AttributeType.STRING }, billingMode: dynamodb.BillingMode.PAY_PER_REQUEST, encryptionKey,
});
const [prices, stock] = [table('PriceTable'), table('StockTable')];
const onComplete = CompletionTarget.queue(completions);

const pipelines: Record<string, ObjectPipeline> = {
  Photos: new ObjectPipeline(stack, 'Photos', { bucket, prefix: 'photos/', processor: ObjectProcessor.function(describe), onComplete, maxAttempts: 2 }),
  Prices: new ObjectPipeline(stack, 'Prices', {
    bucket, prefix: 'incoming/', suffixes: ['.csv'], processor: ObjectProcessor.rows({ format: RowFormat.csv(), table: prices, transform: price }), onComplete, maxAttempts: 2,
  }),
  Stock: new ObjectPipeline(stack, 'Stock', {
    prefix: 'stock/',
    processor: ObjectProcessor.rows({ format: RowFormat.csv({ columnTypes: { pieces: ColumnType.NUMBER } }), table: stock }),
    onComplete,
    encryptionKey: new kms.Key(stack, 'Key'),
  }),
};
for (const [name, pipeline] of Object.entries(pipelines)) {
  const worker = pipeline.worker as lambda.Function;
  worker.addEnvironment('NODE_OPTIONS', `--require ${join(__dirname, '../../support/object-faults.cjs')}`).addEnvironment('FAULTS', process.env.FAULTS!);
  outputs(stack, {
    [`${name}Bucket`]: pipeline.bucket.bucketName,
    [`${name}Queue`]: pipeline.queue.queueUrl,
    [`${name}DeadLetters`]: pipeline.deadLetterQueue.queueUrl,
    [`${name}Status`]: pipeline.statusTable.tableName,
    [`${name}Worker`]: pipeline.worker.functionName,
  });
}
outputs(stack, { CompletionsUrl: completions.queueUrl, PricesTable: prices.tableName, StocksTable: stock.tableName });
