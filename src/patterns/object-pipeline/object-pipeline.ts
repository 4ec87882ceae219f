import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { sendEvents } from './bucket-events';
import * as names from './contract';
import { checkPaths } from './object-paths';
import { ObjectPipelineProps } from './object-pipeline-props';
import { letRead, workerFunction, WORKER_TIMEOUT } from './worker-function';
import { defineAlarm } from '../../foundation/alarm';
import { checkKind, DeadLetters } from '../../foundation/dead-letters';
import { operateGuide } from '../../foundation/documentation';
import { checkPlace } from '../../foundation/environment';
import { grantOn } from '../../foundation/grant';
import { checkRange } from '../../foundation/input-error';
import { METRIC_NAMESPACE } from '../../foundation/machine-metric';
import { consume } from '../../foundation/queue-consumer';
import { admitToQueue } from '../../foundation/service-access';

/**
 * Files in, records out: each object that arrives in a bucket is processed, then archived and announced. One that fails is kept, with the reason, and somebody
 * hears of it.
 *
 * @example
 * import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
 * import { ObjectPipeline, ObjectProcessor, RowFormat } from 'cdk-serverless-patterns';
 *
 * declare const prices: dynamodb.TableV2;
 *
 * new ObjectPipeline(this, 'PriceLists', {
 *   prefix: 'incoming/',
 *   suffixes: ['.csv'],
 *   processor: ObjectProcessor.rows({ format: RowFormat.csv(), table: prices }),
 * });
 */
export class ObjectPipeline extends Construct {
  /**
   * Where objects arrive, and where they are kept.
   */
  public readonly bucket: s3.IBucket;

  /**
   * Where objects wait for their turn.
   */
  public readonly queue: sqs.IQueue;

  /**
   * Where it is heard of objects that have failed, and of what could not be handled at all.
   */
  public readonly deadLetterQueue: sqs.IQueue;

  /**
   * What is known of each object: an item with its `objectKey` and `status`, with `attempts` and `progress` while it is worked on, and with the `outcome` when it is
   * settled. It is kept for 90 days from then.
   */
  public readonly statusTable: dynamodb.ITable;

  /**
   * The function that works on objects.
   */
  public readonly worker: lambda.IFunction;

  /**
   * The alarm of the dead letters, where there is one.
   */
  public readonly deadLettersAlarm?: cloudwatch.Alarm;

  /**
   * The alarm of the oldest object, where there is one.
   */
  public readonly oldestObjectAlarm?: cloudwatch.Alarm;

  private readonly prefix: string;

  constructor(scope: Construct, id: string, props: ObjectPipelineProps) {
    super(scope, id);
    const { encryptionKey, prefix, suffixes, outputPrefix = `${this.node.id}/`, onComplete, logRetention, alarms = {} } = props;
    const guide = operateGuide('object-pipeline');
    checkRange('maxConcurrency', props.maxConcurrency ?? 10, 2, 1000);
    checkRange('maxAttempts', props.maxAttempts ?? 5, 1, 100);
    if (props.bucket) checkPlace(this, 'bucket', props.bucket, ['region', 'account']);
    if (props.deadLetterQueue) checkKind('deadLetterQueue', props.deadLetterQueue, false);
    this.bucket = props.bucket ?? this.newBucket(encryptionKey);
    this.prefix = prefix;
    const paths = { prefix, suffixes, outputPrefix };
    checkPaths(this, this.bucket, paths);
    sendEvents(this, this.bucket, props.enableEventBridge ?? false);

    const deadLetters = new DeadLetters(this, 'DeadLetters', {
      ...props.deadLetterQueue ? { queue: props.deadLetterQueue } : { encryptionKey }, alarm: alarms.deadLetters, _guide: guide,
    });
    this.deadLetterQueue = deadLetters.queue;
    this.deadLettersAlarm = deadLetters.alarm;
    this.queue = new sqs.Queue(this, 'Queue', {
      visibilityTimeout: WORKER_TIMEOUT.plus(Duration.minutes(1)), // the worker sets it, unless it was killed
      retentionPeriod: Duration.days(14),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: 1000 }, // to wait and to go on is to be received again
      encryptionMasterKey: encryptionKey,
      enforceSSL: true,
    });
    this.deliverTo(this.queue, suffixes);

    const statusTable = new dynamodb.Table(this, 'Status', { // TableV2 has no key in a stack without region
      partitionKey: { name: 'objectKey', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'expires',
      encryptionKey,
      removalPolicy: RemovalPolicy.DESTROY, // it holds nothing but how far the work is
    });
    this.statusTable = statusTable;
    const processor = props.processor._bind(this);
    const worker = workerFunction(this, {
      bucket: this.bucket,
      paths,
      processor,
      queue: this.queue,
      deadLetterQueue: this.deadLetterQueue,
      statusTable,
      onComplete,
      logRetention,
      maxAttempts: props.maxAttempts,
    });
    if (processor.reader) letRead(this, processor.reader, this.bucket, prefix);
    consume(this, this.queue, { function: worker, deadLetterQueue: this.deadLetterQueue, batchSize: 1, maxConcurrency: props.maxConcurrency });
    this.worker = worker;
    this.oldestObjectAlarm = defineAlarm(this, 'OldestObject', {
      prop: 'oldestObject',
      setting: alarms.oldestObject,
      defaultPeriodMinutes: 5,
      metric: (options) => this.queue.metricApproximateAgeOfOldestMessage(options),
      meaning: `An object of ${this.node.path} has not been processed for too long, in seconds.`,
      guide,
    });
  }

  /**
   * Lets a function, role or user upload objects under the prefix, also in parts, and nothing else.
   */
  public grantUpload(grantee: iam.IGrantable): iam.Grant {
    const grant = grantOn(this, grantee, ['s3:PutObject', 's3:AbortMultipartUpload'], this.bucket.arnForObjects(`${this.prefix}*`));
    const key = this.bucket.encryptionKey;
    return key ? grant.combine(key.grant(grantee, 'kms:GenerateDataKey', 'kms:Decrypt')) : grant;
  }

  /**
   * Number of objects that were processed, the sum over 5 minutes.
   */
  public metricObjectsProcessed(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return this.metric(names.OBJECTS_PROCESSED, options);
  }

  /**
   * Number of objects that have failed, the sum over 5 minutes.
   */
  public metricObjectsFailed(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return this.metric(names.OBJECTS_FAILED, options);
  }

  /**
   * Number of objects that were gone, or replaced by a newer one, before their turn, the sum over 5 minutes.
   */
  public metricObjectsSkipped(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return this.metric(names.OBJECTS_SKIPPED, options);
  }

  /**
   * Number of rows that were read, the sum over 5 minutes.
   */
  public metricRowsRead(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return this.metric(names.ROWS_READ, options);
  }

  /**
   * Number of items that were written, the sum over 5 minutes.
   */
  public metricRowsWritten(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return this.metric(names.ROWS_WRITTEN, options);
  }

  /**
   * Number of rows that were rejected, the sum over 5 minutes.
   */
  public metricRowsRejected(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return this.metric(names.ROWS_REJECTED, options);
  }

  private metric(metricName: string, options: cloudwatch.MetricOptions): cloudwatch.Metric {
    const dimensionsMap = { [names.METRIC_DIMENSION]: this.worker.functionName };
    const metric = new cloudwatch.Metric({ namespace: METRIC_NAMESPACE, metricName, dimensionsMap, statistic: cloudwatch.Stats.SUM, ...options });
    return metric.attachTo(this);
  }

  private newBucket(encryptionKey?: kms.IKey): s3.Bucket {
    return new s3.Bucket(this, 'Bucket', {
      encryption: encryptionKey ? s3.BucketEncryption.KMS : s3.BucketEncryption.S3_MANAGED,
      encryptionKey,
      bucketKeyEnabled: encryptionKey ? true : undefined,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      lifecycleRules: [{ abortIncompleteMultipartUploadAfter: Duration.days(7) }],
    });
  }

  /** The rule that has the bucket's events delivered. Folders, and objects without content, are left out. */
  private deliverTo(queue: sqs.IQueue, suffixes?: string[]): void {
    const prefix = this.prefix;
    const key = suffixes ? suffixes.map((suffix) => ({ wildcard: `${literal(prefix)}*${literal(suffix)}` })) : [{ prefix }];
    const rule = new events.Rule(this, 'Rule', {
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: { bucket: { name: [this.bucket.bucketName] }, object: { key, size: [{ numeric: ['>', 0] }] } },
      },
    });
    const source = { service: new iam.ServicePrincipal('events.amazonaws.com'), sourceArn: rule.ruleArn };
    admitToQueue(this, 'queue', queue, source);
    admitToQueue(this, 'deadLetterQueue', this.deadLetterQueue, source);
    rule.addTarget({ bind: () => ({ arn: queue.queueArn, deadLetterConfig: { arn: this.deadLetterQueue.queueArn } }) });
  }
}

/** As it is, within a wildcard. */
function literal(text: string): string {
  return text.replace(/\\/g, '\\$&');
}
