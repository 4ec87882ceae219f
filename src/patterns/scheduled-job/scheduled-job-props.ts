import { Duration } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import { ScheduledRunOptions } from '../../foundation/leased-schedule/scheduled-run-options';

/**
 * Props of ScheduledJob.
 */
export interface ScheduledJobProps extends ScheduledRunOptions {
  /**
   * The function that does the job. It gets `{ scheduledTime, run, input }`: the time that the schedule says, in UTC (`2026-11-10T03:00:00.000Z`), the ARN of the
   * execution, and `input`. What it returns is the output of the run; an error is a run that failed, and is tried again with the same event.
   */
  readonly function: lambda.IFunction;

  /**
   * When it is done, with its time zone.
   */
  readonly schedule: scheduler.ScheduleExpression;

  /**
   * Timeout of the function, where it cannot be seen: of one that is imported.
   *
   * @default - the timeout of the function; 15 minutes, Lambda's longest, where it cannot be seen
   */
  readonly functionTimeout?: Duration;

  /**
   * Given to the function as `input`, as it is: no text in it may be an expression of Step Functions.
   *
   * @default {}
   */
  readonly input?: Record<string, any>;

  /**
   * What happens when a run is due while another one is on its way.
   *
   * @default OverlapPolicy.SKIP
   */
  readonly overlap?: OverlapPolicy;

  /**
   * How often a run that failed is tried again: 0 to 10 times, after 5 seconds and then twice as long each time, 5 minutes at most, with jitter. Calls that Lambda
   * itself refuses or fails are tried 6 times besides.
   *
   * @default 2
   */
  readonly retryAttempts?: number;
}

/**
 * What happens when a run is due while another one is on its way.
 */
export enum OverlapPolicy {
  /**
   * The run that is due is skipped. So is a second delivery of the same time, and an earlier time than one that was run.
   */
  SKIP = 'SKIP',

  /**
   * Both run. EventBridge Scheduler delivers at least once, so one time may then be run twice, too.
   */
  ALLOW = 'ALLOW',
}
