import { CfnOutput, Duration, Size, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { inlineFunction } from './inline-function';
import { AlarmActions, AlarmSetting, ColumnType, CompletionTarget, ObjectPipeline, ObjectProcessor, RowFormat } from 'cdk-serverless-patterns';

export class PipelinesStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const key = new kms.Key(this, 'Key');
    const uploads = new s3.Bucket(this, 'Uploads', { versioned: true });
    const prices = new dynamodb.Table(this, 'Prices', {
      partitionKey: { name: 'sku', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'validFrom', type: dynamodb.AttributeType.NUMBER },
      encryptionKey: key,
    });
    const priceLists = new ObjectPipeline(this, 'PriceLists', {
      bucket: uploads,
      prefix: 'prices/',
      suffixes: ['.csv.gz', '.CSV.gz'],
      outputPrefix: 'done/prices/',
      processor: ObjectProcessor.rows({
        format: RowFormat.csv({
          delimiter: ';',
          columns: ['sku', 'validFrom', 'cents', 'active'],
          columnTypes: { validFrom: ColumnType.NUMBER, cents: ColumnType.NUMBER, active: ColumnType.BOOLEAN, sku: ColumnType.STRING },
          gzip: true,
          maxRowSize: Size.kibibytes(64),
        }),
        table: prices,
        maxRejectedPercent: 2,
      }),
      maxConcurrency: 4,
      maxAttempts: 3,
      onComplete: CompletionTarget.queue(new sqs.Queue(this, 'Completions')),
      deadLetterQueue: new sqs.Queue(this, 'Parking'),
      logRetention: logs.RetentionDays.ONE_WEEK,
      alarms: {
        deadLetters: AlarmSetting.off('a trial'),
        oldestObject: AlarmSetting.threshold(3600, { evaluationPeriods: 2 }),
      },
    });
    priceLists.grantUpload(inlineFunction(this, 'Partner'));

    const stock = new ObjectPipeline(this, 'Stock', {
      prefix: 'stock/',
      processor: ObjectProcessor.rows({
        format: RowFormat.jsonLines({ maxRowSize: Size.mebibytes(2) }),
        table: dynamodb.Table.fromTableName(this, 'StockTable', 'stock'),
        keys: ['pk', 'sk'],
        transform: lambda.Function.fromFunctionName(this, 'Convert', 'convert'),
        transformTimeout: Duration.minutes(2),
      }),
      onComplete: CompletionTarget.topic(new sns.Topic(this, 'Imports')),
      encryptionKey: key,
    });
    stock.metricRowsRejected({ period: Duration.hours(1) }).createAlarm(this, 'ManyRejected', { threshold: 1000, evaluationPeriods: 1 });

    const photos = new ObjectPipeline(this, 'Photos', {
      bucket: uploads,
      prefix: 'photos/',
      suffixes: ['.jpg', '.png'],
      processor: ObjectProcessor.function(inlineFunction(this, 'Resize')),
      onComplete: CompletionTarget.eventBus(new events.EventBus(this, 'Bus')),
    });
    const scans = new ObjectPipeline(this, 'Scans', {
      bucket: s3.Bucket.fromBucketName(this, 'Archive', 'archive'),
      enableEventBridge: true,
      prefix: 'scans/',
      processor: ObjectProcessor.function(lambda.Function.fromFunctionName(this, 'Read', 'read'), { functionTimeout: Duration.minutes(3) }),
    });
    AlarmActions.of(this).none('a trial');

    const made = {
      PriceListsQueue: priceLists.queue.queueUrl,
      PriceListsOldest: priceLists.oldestObjectAlarm!.alarmArn,
      PriceListsDeadLettersAlarm: String(priceLists.deadLettersAlarm !== undefined),
      StockBucket: stock.bucket.bucketName,
      PhotosStatus: photos.statusTable.tableName,
      PhotosWorker: photos.worker.functionArn,
      PhotosDeadLettersAlarm: photos.deadLettersAlarm!.alarmArn,
      ScansDeadLetters: scans.deadLetterQueue.queueUrl,
    };
    for (const [name, value] of Object.entries(made)) new CfnOutput(this, name, { value });
  }
}
