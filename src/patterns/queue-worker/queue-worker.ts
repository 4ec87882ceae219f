import { Names, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { functionFilters } from './function-filters';
import { deadLetterQueueOf } from './own-queue';
import { QueueBucketOptions, QueueTopicOptions, QueueWorkerProps } from './queue-worker-props';
import { defineAlarm } from '../../foundation/alarm';
import { checkKind, DeadLetters } from '../../foundation/dead-letters';
import { operateGuide } from '../../foundation/documentation';
import { checkPlace } from '../../foundation/environment';
import { inputError } from '../../foundation/input-error';
import { checkOwnQueue, consume, queueFor } from '../../foundation/queue-consumer';
import { grantSend } from '../../foundation/queue-grant';
import { admitToQueue } from '../../foundation/service-access';

/**
 * A queue and the function that works it off, safely: failed messages alone come back, poison ends in dead letters that somebody hears of.
 *
 * @example
 * import * as lambda from 'aws-cdk-lib/aws-lambda';
 * import { QueueWorker } from 'cdk-serverless-patterns';
 *
 * declare const sendInvoice: lambda.Function;
 * declare const createOrder: lambda.Function;
 *
 * const invoices = new QueueWorker(this, 'Invoices', { function: sendInvoice });
 * invoices.grantSend(createOrder);
 */
export class QueueWorker extends Construct {
  /**
   * The queue that is worked off.
   */
  public readonly queue: sqs.IQueue;

  /**
   * Where messages end that could not be handled.
   */
  public readonly deadLetterQueue: sqs.IQueue;

  /**
   * What lets Lambda read the queue.
   */
  public readonly eventSourceMapping: lambda.IEventSourceMapping;

  /**
   * The alarm of the dead letters, where there is one.
   */
  public readonly deadLettersAlarm?: cloudwatch.Alarm;

  /**
   * The alarm of the oldest message, where there is one.
   */
  public readonly oldestMessageAlarm?: cloudwatch.Alarm;

  constructor(scope: Construct, id: string, props: QueueWorkerProps) {
    super(scope, id);
    const guide = operateGuide('queue-worker');
    const fifo = props.queue?.fifo ?? props.fifo ?? false;
    const own = props.queue ? deadLetterQueueOf(props.queue, props) : props.deadLetterQueue;
    const deadLetters = new DeadLetters(this, 'DeadLetters', {
      ...own ? { queue: own } : { fifo, encryptionKey: props.encryptionKey },
      alarm: props.alarms?.deadLetters,
      _guide: guide,
    });
    this.deadLetterQueue = deadLetters.queue;
    this.deadLettersAlarm = deadLetters.alarm;
    checkKind('deadLetterQueue', this.deadLetterQueue, fifo);
    const consumer = { ...props, deadLetterQueue: this.deadLetterQueue, fifo };
    if (props.queue) checkPlace(this, 'queue', props.queue);
    if (props.queue instanceof sqs.Queue) checkOwnQueue(this, props.queue, consumer);
    this.queue = props.queue ?? queueFor(this, 'Queue', consumer);
    this.eventSourceMapping = consume(this, this.queue, consumer, functionFilters(this, props.filters));
    this.oldestMessageAlarm = defineAlarm(this, 'OldestMessage', {
      prop: 'oldestMessage',
      setting: props.alarms?.oldestMessage,
      defaultPeriodMinutes: 5,
      metric: (options) => this.metricAgeOfOldestMessage(options),
      meaning: `Messages wait too long in ${this.queue.queueName} (${this.queue.node.path}), in seconds.`,
      guide,
    });
  }

  /**
   * Lets a function, role or user send messages.
   */
  public grantSend(grantee: iam.IGrantable): iam.Grant {
    return grantSend(this, this.queue, grantee);
  }

  /**
   * Lets a service send messages for one of its resources, also under a customer-managed key: for what has no method of its own here.
   *
   * @param service such as `new iam.ServicePrincipal('iot.amazonaws.com')`
   * @param sourceArn ARN of the resource that sends
   */
  public allowSender(service: iam.ServicePrincipal, sourceArn: string): void {
    admitToQueue(this, 'queue', this.queue, { service, sourceArn, env: Stack.of(this) });
  }

  /**
   * Subscribes the queue to a topic of its kind, standard or FIFO. What SNS cannot deliver goes to the dead letters.
   *
   * The subscription belongs to this construct: the topic may be in another stack, region or account.
   */
  public receiveFromTopic(topic: sns.ITopic, options: QueueTopicOptions = {}): sns.Subscription {
    const known = topic instanceof sns.Topic || !Token.isUnresolved(topic.topicArn);
    if (known && topic.fifo !== this.queue.fifo) {
      throw inputError('topic', `must be a ${this.queue.fifo ? 'FIFO' : 'standard'} topic, as the queue and its dead letters are`, topic.node.path);
    }
    const id = `From${Names.nodeUniqueId(topic.node)}`;
    if (this.node.tryFindChild(id)) throw inputError('topic', 'must be received from once', topic.node.path);
    if (options.filterPolicy && options.filterPolicyWithMessageBody) {
      throw inputError('filterPolicyWithMessageBody', 'must not be given with a filterPolicy: SNS filters by one of them', JSON.stringify(options.filterPolicyWithMessageBody));
    }
    const source = { service: new iam.ServicePrincipal('sns.amazonaws.com'), sourceArn: topic.topicArn, env: topic.env };
    admitToQueue(this, 'queue', this.queue, source);
    admitToQueue(this, 'deadLetterQueue', this.deadLetterQueue, source);
    const { rawMessageDelivery = true, filterPolicy, filterPolicyWithMessageBody } = options;
    const abroad = Token.compareStrings(topic.env.region, Stack.of(this).region) === TokenComparison.DIFFERENT;
    const subscription = new sns.Subscription(this, id, {
      topic,
      protocol: sns.SubscriptionProtocol.SQS,
      endpoint: this.queue.queueArn,
      deadLetterQueue: this.deadLetterQueue,
      rawMessageDelivery,
      filterPolicy,
      filterPolicyWithMessageBody,
      region: abroad ? topic.env.region : undefined,
    });
    subscription.node.addDependency(this.queue, this.deadLetterQueue); // their policies: what SNS may not send, it drops
    return subscription;
  }

  /**
   * Receives the notifications of a bucket about its objects. S3 sends to no FIFO queue.
   *
   * The bucket may be in another stack, unless the function's role refers to it too: its notification refers to this queue.
   */
  public receiveFromBucket(bucket: s3.IBucket, options: QueueBucketOptions = {}): void {
    if (this.queue.fifo) throw inputError('bucket', 'must not be received from by a FIFO queue: S3 sends to standard queues', bucket.node.path);
    const near = Stack.of(bucket) === Stack.of(this) || !Token.isUnresolved(bucket.bucketArn);
    admitToQueue(this, 'queue', this.queue, {
      service: new iam.ServicePrincipal('s3.amazonaws.com'),
      // the notification of a bucket elsewhere refers to this queue, so the queue does not refer to the bucket
      sourceArn: near ? bucket.bucketArn : `arn:${Stack.of(this).partition}:s3:::*`,
      env: Stack.of(this),
    });
    const destination: s3.IBucketNotificationDestination = {
      bind: () => ({
        arn: this.queue.queueArn,
        type: s3.BucketNotificationDestinationType.QUEUE,
        dependencies: [this.queue], // S3 tries to send when the notification is made
      }),
    };
    const { prefix, suffix, events = [s3.EventType.OBJECT_CREATED] } = options;
    for (const event of events) {
      bucket.addEventNotification(event, destination, ...prefix || suffix ? [{ prefix, suffix }] : []);
    }
  }

  /**
   * Age of the oldest message that waits, in seconds, the greatest in a period of 5 minutes.
   */
  public metricAgeOfOldestMessage(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return this.queue.metricApproximateAgeOfOldestMessage(options);
  }

  /**
   * Number of messages in the dead letters, the greatest in a period of 5 minutes.
   */
  public metricDeadLetters(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return this.deadLetterQueue.metricApproximateNumberOfMessagesVisible(options);
  }
}
