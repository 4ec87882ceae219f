import { Duration } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { AlarmSetting } from '../alarm-setting';

/**
 * What everything has that runs on a schedule.
 */
export interface ScheduledRunOptions {
  /**
   * Within which time after the scheduled one EventBridge Scheduler may start a run, to spread the load.
   *
   * @default TimeWindow.off()
   */
  readonly timeWindow?: scheduler.TimeWindow;

  /**
   * Whether the schedule starts runs. By hand they can be started always.
   *
   * @default true
   */
  readonly enabled?: boolean;

  /**
   * How late a run may start, when it could not be started in time: 1 minute to 24 hours. What could not be started by then goes to the dead letters.
   *
   * @default Duration.hours(1)
   */
  readonly maxEventAge?: Duration;

  /**
   * Raises an alarm when no run has succeeded for so long, and two hours more: 1 to 166 hours, since CloudWatch looks no further back than 7 days.
   *
   * It is red from the first deployment to the first run that succeeds. There is none while `enabled` is false.
   *
   * @default - no alarm
   */
  readonly expectedEvery?: Duration;

  /**
   * A standard queue of your own for runs that could not be started, in place of a new one.
   *
   * @default - a new queue that keeps them for 14 days
   */
  readonly deadLetterQueue?: sqs.IQueue;

  /**
   * Key of your own for data at rest: in the dead letters, in the schedule and in the table that keeps runs apart. The execution history stays under the key of
   * Step Functions.
   *
   * @default - the services' own keys
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * Whether runs are traced with X-Ray.
   *
   * @default true
   */
  readonly tracing?: boolean;

  /**
   * How long logs are kept: that of failed runs, and that of a cleanup's function. They hold no input, no result and no item.
   *
   * @default logs.RetentionDays.ONE_MONTH
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * Alarms: on, off with a reason, or at another threshold.
   *
   * @default - an alarm when a run failed, and when one could not be started
   */
  readonly alarms?: ScheduledRunAlarms;
}

/**
 * Alarms of what runs on a schedule.
 */
export interface ScheduledRunAlarms {
  /**
   * Runs that failed, over 5 minutes.
   *
   * @default AlarmSetting.threshold(1)
   */
  readonly failed?: AlarmSetting;

  /**
   * Runs that could not be started and wait in the dead letters, over 5 minutes.
   *
   * @default AlarmSetting.threshold(1)
   */
  readonly deadLetters?: AlarmSetting;
}
