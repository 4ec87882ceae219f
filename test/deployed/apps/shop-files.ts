/** The functions of the shop's files behind pipelines, as the shop has them. */
import { join } from 'path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { outputs } from '../../../integ/support/apps';
import { AlarmActions, CompletionTarget, ObjectPipeline, ObjectProcessor, RowFormat } from '../../../src';

const stack = new Stack(new App(), 'ShopFiles');
AlarmActions.of(stack).none('a test');
const shop = (id: string, file: string) => new NodejsFunction(stack, id, {
  entry: join(__dirname, '../../../examples/shop/functions', `${file}.ts`),
  runtime: lambda.Runtime.NODEJS_24_X,
  timeout: Duration.seconds(30),
});
const bucket = new s3.Bucket(stack, 'Bucket', { versioned: true });
const prices = new dynamodb.Table(stack, 'Prices', {
  partitionKey: { name: 'sku', type: dynamodb.AttributeType.STRING }, billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
});
const completions = new sqs.Queue(stack, 'Completions');
const onComplete = CompletionTarget.queue(completions);
const resizePhoto = shop('ResizePhoto', 'resize-photo');
bucket.grants.put(resizePhoto, 'thumbnails/*');

const pipelines = {
  PriceLists: new ObjectPipeline(stack, 'PriceLists', {
    bucket,
    prefix: 'incoming/',
    suffixes: ['.csv'],
    processor: ObjectProcessor.rows({
      format: RowFormat.csv({ delimiter: ';' }), table: prices, transform: shop('PriceFromRow', 'price-from-row'), maxRejectedPercent: 90,
    }),
    onComplete,
  }),
  Photos: new ObjectPipeline(stack, 'Photos', {
    bucket, prefix: 'photos/', suffixes: ['.jpg', '.jpeg', '.png'], processor: ObjectProcessor.function(resizePhoto), onComplete,
  }),
};
for (const [name, pipeline] of Object.entries(pipelines)) {
  outputs(stack, { [`${name}Status`]: pipeline.statusTable.tableName, [`${name}DeadLetters`]: pipeline.deadLetterQueue.queueUrl });
}
outputs(stack, { FilesBucket: bucket.bucketName, PricesTable: prices.tableName, CompletionsUrl: completions.queueUrl });
