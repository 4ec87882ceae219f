import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { CompletionTarget } from './completion-target';
import { ObjectProcessor } from './object-processor';
import { AlarmSetting } from '../../foundation/alarm-setting';

/**
 * Props of ObjectPipeline.
 */
export interface ObjectPipelineProps {
  /**
   * What is done with an object.
   */
  readonly processor: ObjectProcessor;

  /**
   * Where objects arrive: what their keys begin with, such as `incoming/`. Folders, and objects without content, are left alone.
   */
  readonly prefix: string;

  /**
   * What their keys end with, one of these such as `.csv`, and exactly so: `.CSV` is another. Other objects stay where they are.
   *
   * @default - all objects
   */
  readonly suffixes?: string[];

  /**
   * A bucket of your own. It is told to send its events to EventBridge, except where it is imported: see `enableEventBridge`.
   *
   * @default - a new bucket
   */
  readonly bucket?: s3.IBucket;

  /**
   * Whether an imported bucket is told to send its events to EventBridge. A custom resource does it when the stack is deployed, and keeps the notifications that
   * the bucket has.
   *
   * @default false: the bucket has to send them already, and a warning says so
   */
  readonly enableEventBridge?: boolean;

  /**
   * What the keys begin with of all that the pipeline puts: `processed/`, `failed/` and `rejected/` below it.
   *
   * @default - the id of the construct and a slash
   */
  readonly outputPrefix?: string;

  /**
   * How many objects are worked on at the same time: 2 to 1000.
   *
   * @default 10
   */
  readonly maxConcurrency?: number;

  /**
   * How often an object is tried without getting any further, 1 to 100, before it has failed. After an attempt it waits for 30 seconds, then twice as long each
   * time, 15 minutes at most. One whose function was killed waits for 16 minutes.
   *
   * @default 5
   */
  readonly maxAttempts?: number;

  /**
   * Who hears of each object that was processed, at least once.
   *
   * @default - nobody
   */
  readonly onComplete?: CompletionTarget;

  /**
   * A standard queue of your own for what failed, in place of a new one.
   *
   * @default - a new queue that keeps messages for 14 days
   */
  readonly deadLetterQueue?: sqs.IQueue;

  /**
   * Key of your own for what is made here: bucket, queue, dead letters, and the table of statuses.
   *
   * @default - the services' own keys
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * How long the log of the worker is kept. It names objects, and holds nothing of what is in them but the error of a function.
   *
   * @default logs.RetentionDays.ONE_MONTH
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * Alarms: on, off with a reason, or at another threshold.
   *
   * @default - an alarm when a message is in the dead letters: an object has failed, or could not be handled
   */
  readonly alarms?: ObjectPipelineAlarms;
}

/**
 * Alarms of an ObjectPipeline.
 */
export interface ObjectPipelineAlarms {
  /**
   * Messages in the dead letters, over 5 minutes.
   *
   * @default AlarmSetting.threshold(1)
   */
  readonly deadLetters?: AlarmSetting;

  /**
   * Age of the oldest object that waits or is worked on, in seconds, over 5 minutes.
   *
   * @default - no alarm
   */
  readonly oldestObject?: AlarmSetting;
}
