import { Duration } from 'aws-cdk-lib';

/**
 * How something that failed is tried again: after waits that double, each shortened at random (full jitter) and none longer than the greatest. What is said here
 * holds for throttles and for timeouts alike.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
export interface SagaRetry {
  /**
   * How often it is tried again: 0 to 100.
   *
   * @default - an action 6 times when it is throttled or the service fails, 2 times when it times out or its process dies; a compensation 10 times
   */
  readonly maxAttempts?: number;

  /**
   * Greatest wait before the first retry, in whole seconds.
   *
   * @default - 1 second where an action is throttled, otherwise 2 seconds
   */
  readonly interval?: Duration;

  /**
   * Greatest wait of all, longer than the interval.
   *
   * @default - 30 seconds; for a compensation 5 minutes
   */
  readonly maxDelay?: Duration;

  /**
   * By how much the wait grows from one retry to the next: at least 1.
   *
   * @default 2
   */
  readonly backoffRate?: number;

  /**
   * Names of further errors of an action that pass by themselves, such as `BankIsBusy`, or the throttles of the service of a task that is no function. All errors of a
   * compensation are tried again.
   *
   * @default - throttles, failures of the service, timeouts and dead processes only
   */
  readonly errors?: string[];
}
