import { Duration } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { CompletionTarget, ObjectPipeline, ObjectProcessor, RowFormat } from 'cdk-serverless-patterns';
import { Construct } from 'constructs';

/** What suppliers send: price lists, whose rows become prices, and photos, which become thumbnails. */
export class Files extends Construct {
  /** Addresses that an operator needs. */
  public readonly outputs: Record<string, string>;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const bucket = new s3.Bucket(this, 'Bucket', {
      versioned: true,
      enforceSSL: true,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      lifecycleRules: [{ noncurrentVersionExpiration: Duration.days(90) }],
    });
    const prices = new dynamodb.TableV2(this, 'Prices', { partitionKey: { name: 'sku', type: dynamodb.AttributeType.STRING } });
    const completions = new sqs.Queue(this, 'Completions', { enforceSSL: true });
    const handler = (name: string, file: string, timeout: Duration, memorySize: number) => new NodejsFunction(this, name, {
      entry: `${__dirname}/functions/${file}.ts`,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      timeout,
      memorySize,
    });

    const priceLists = new ObjectPipeline(this, 'PriceLists', {
      bucket,
      prefix: 'incoming/',
      suffixes: ['.csv'],
      processor: ObjectProcessor.rows({
        format: RowFormat.csv({ delimiter: ';' }),
        table: prices,
        transform: handler('PriceFromRow', 'price-from-row', Duration.seconds(30), 256),
      }),
      onComplete: CompletionTarget.queue(completions),
    });
    const resizePhoto = handler('ResizePhoto', 'resize-photo', Duration.minutes(2), 2048);
    bucket.grants.put(resizePhoto, 'thumbnails/*');
    const photos = new ObjectPipeline(this, 'Photos', {
      bucket,
      prefix: 'photos/',
      suffixes: ['.jpg', '.jpeg', '.png'],
      processor: ObjectProcessor.function(resizePhoto),
      onComplete: CompletionTarget.queue(completions),
    });
    const suppliers = new iam.Role(this, 'Suppliers', { assumedBy: new iam.AccountRootPrincipal() });
    for (const pipeline of [priceLists, photos]) pipeline.grantUpload(suppliers);

    this.outputs = {
      FilesBucket: bucket.bucketName,
      PricesTable: prices.tableName,
      CompletionsUrl: completions.queueUrl,
      SuppliersArn: suppliers.roleArn,
      PriceListsStatus: priceLists.statusTable.tableName,
      PriceListsDeadLettersUrl: priceLists.deadLetterQueue.queueUrl,
      PhotosStatus: photos.statusTable.tableName,
      PhotosDeadLettersUrl: photos.deadLetterQueue.queueUrl,
    };
  }
}
