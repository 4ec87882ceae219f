import { Duration } from 'aws-cdk-lib';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import { CleanupTarget } from './cleanup-target';
import { ScheduledRunOptions } from '../../foundation/leased-schedule/scheduled-run-options';

/**
 * Props of ScheduledCleanup.
 */
export interface ScheduledCleanupProps extends ScheduledRunOptions {
  /**
   * What is deleted from, and what says how old it is.
   */
  readonly target: CleanupTarget;

  /**
   * How old something has to be to be deleted, counted back from the time of the schedule: at least 1 minute.
   */
  readonly olderThan: Duration;

  /**
   * When it is done, with its time zone.
   *
   * @default - every day at 3:00 UTC
   */
  readonly schedule?: scheduler.ScheduleExpression;

  /**
   * Whether old items are counted only. The function may then not delete.
   *
   * @default false
   */
  readonly dryRun?: boolean;

  /**
   * The most items that a run may delete: when there are more it fails as `TooManyDeletes`, and the alarm `failed` is raised. It holds also when a call of the function
   * was cut off, which then counts as if it had deleted all that it was allowed.
   *
   * @default - no limit
   */
  readonly maxDeletes?: number;
}
