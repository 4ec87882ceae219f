import { Duration } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { SagaStep } from './saga-step';
import { AlarmSetting } from '../../foundation/alarm-setting';

/**
 * Props of Saga.
 */
export interface SagaProps {
  /**
   * What is done, in this order. Only the last step may be without compensation.
   */
  readonly steps: SagaStep[];

  /**
   * How long an execution may take. What it cuts off is not undone, so it must hold all steps with all retries there and back.
   *
   * @default - the longest that all steps may take, and a tenth of it
   */
  readonly timeout?: Duration;

  /**
   * Whether executions are traced with X-Ray.
   *
   * @default true
   */
  readonly tracing?: boolean;

  /**
   * How long the log of failures is kept. It holds no input and no result.
   *
   * @default logs.RetentionDays.ONE_MONTH
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * Key of your own for messages at rest, in both queues. The execution history stays under the key of Step Functions.
   *
   * @default - SQS's own key (SSE-SQS)
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * A queue of your own for compensations that failed for good, in place of a new one.
   *
   * @default - a new queue that keeps them for 14 days
   */
  readonly failedCompensations?: sqs.IQueue;

  /**
   * A queue of your own for executions that ended without compensation, in place of a new one.
   *
   * @default - a new queue that keeps them for 14 days
   */
  readonly uncaughtExecutions?: sqs.IQueue;

  /**
   * Alarms: on, off with a reason, or at another threshold.
   *
   * @default - an alarm when a compensation failed, and when an execution ended without compensation
   */
  readonly alarms?: SagaAlarms;
}

/**
 * Alarms of a Saga.
 */
export interface SagaAlarms {
  /**
   * Compensations that failed for good and wait to be repaired, over 5 minutes.
   *
   * @default AlarmSetting.threshold(1)
   */
  readonly compensationFailed?: AlarmSetting;

  /**
   * Executions that ended without compensation, over 5 minutes: in the queue, and, because EventBridge may lose an event of Step Functions, also as Step Functions
   * counts those that were aborted or timed out. Threshold and periods are of the queue.
   *
   * @default AlarmSetting.threshold(1)
   */
  readonly uncaught?: AlarmSetting;

  /**
   * Executions that failed and were undone, over 5 minutes.
   *
   * @default - no alarm
   */
  readonly compensated?: AlarmSetting;
}
