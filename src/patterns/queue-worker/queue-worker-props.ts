import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { AlarmSetting } from '../../foundation/alarm-setting';
import { QueueConsumerOptions } from '../../foundation/queue-consumer-options';

/**
 * Props of QueueWorker.
 */
export interface QueueWorkerProps extends QueueConsumerOptions {
  /**
   * The function that works the messages off. It gets `SQSEvent` and answers `{ batchItemFailures: [{ itemIdentifier: messageId }] }` for those that
   * failed; an error is a failure of the whole batch.
   */
  readonly function: lambda.IFunction;

  /**
   * A queue of your own in place of a new one. It has to have dead letters of its own.
   *
   * @default - a new queue
   */
  readonly queue?: sqs.IQueue;

  /**
   * A queue of your own for messages that could not be handled. It is required with an imported `queue`, and has to be the one that its redrive
   * policy names.
   *
   * @default - a new queue that keeps them for 14 days; with a `queue` of your own, its dead-letter queue
   */
  readonly deadLetterQueue?: sqs.IQueue;

  /**
   * Whether messages of one group are worked off in order, each once in 5 minutes by its content.
   *
   * @default false
   */
  readonly fifo?: boolean;

  /**
   * Which messages the function gets, as patterns of Lambda's event filtering such as `{ body: { kind: ['invoice'] } }`: at most 5, one has to match.
   *
   * Lambda deletes the others from the queue, and they are gone.
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
   * @default - all messages
   */
  readonly filters?: Array<Record<string, any>>;

  /**
   * Key of your own for messages at rest, in the queue and in the dead letters.
   *
   * @default - SQS's own key (SSE-SQS)
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * Alarms: on, off with a reason, or at another threshold.
   *
   * @default - an alarm when a message is in the dead letters
   */
  readonly alarms?: QueueWorkerAlarms;
}

/**
 * Alarms of a QueueWorker.
 */
export interface QueueWorkerAlarms {
  /**
   * Messages in the dead letters, over 5 minutes.
   *
   * @default AlarmSetting.threshold(1)
   */
  readonly deadLetters?: AlarmSetting;

  /**
   * Age of the oldest message that waits, in seconds, over 5 minutes.
   *
   * @default - no alarm
   */
  readonly oldestMessage?: AlarmSetting;
}

/**
 * Options of `QueueWorker.receiveFromTopic`.
 */
export interface QueueTopicOptions {
  /**
   * Which messages are received, by their attributes.
   *
   * @default - all
   */
  readonly filterPolicy?: Record<string, sns.SubscriptionFilter>;

  /**
   * Which messages are received, by their body.
   *
   * @default - all
   */
  readonly filterPolicyWithMessageBody?: Record<string, sns.FilterOrPolicy>;

  /**
   * Whether the function gets the message as it was published, not wrapped in SNS's envelope.
   *
   * @default true
   */
  readonly rawMessageDelivery?: boolean;
}

/**
 * Options of `QueueWorker.receiveFromBucket`.
 */
export interface QueueBucketOptions {
  /**
   * What is announced.
   *
   * @default - objects that are created
   */
  readonly events?: s3.EventType[];

  /**
   * Beginning of the keys that are announced.
   *
   * @default - all
   */
  readonly prefix?: string;

  /**
   * End of the keys that are announced.
   *
   * @default - all
   */
  readonly suffix?: string;
}
