import { Token } from 'aws-cdk-lib';

/** A retrier of Amazon States Language. */
export interface Retrier {
  readonly ErrorEquals: string[];
  readonly MaxAttempts: number;
  readonly IntervalSeconds?: number;
  readonly MaxDelaySeconds?: number;
  readonly BackoffRate?: number;
  readonly JitterStrategy?: string;
}

/** The function was not reached, or Lambda was not well. */
export const NOT_REACHED = [
  'Lambda.TooManyRequestsException', 'Lambda.ClientExecutionTimeoutException', 'Lambda.ServiceException', 'Lambda.AWSLambdaException', 'Lambda.SdkClientException',
];

/** Each wait is shortened at random (full jitter), and the greatest of them doubles unless told otherwise. */
export function jittered({ BackoffRate = 2, ...retrier }: Retrier): Retrier {
  return { ...retrier, BackoffRate, JitterStrategy: 'FULL' };
}

/** Seconds that all its retries wait at most; NaN where a number is known at deployment only. */
export function longestDelays({ MaxAttempts, IntervalSeconds = 0, BackoffRate = 1, MaxDelaySeconds = Infinity }: Retrier): number {
  const [times, interval, rate, most] = [MaxAttempts, IntervalSeconds, BackoffRate, MaxDelaySeconds].map(known);
  if (Number.isNaN(times)) return NaN;
  return sum(Array.from({ length: times }, (_, n) => Math.min(interval * rate ** n, most)));
}

/** Seconds from the beginning of a task to the end of its last attempt, as if each failed in the last moment. */
export function longestTask(timeoutSeconds: number, retriers: Retrier[]): number {
  const attempts = 1 + sum(retriers.map(({ MaxAttempts }) => known(MaxAttempts)));
  return known(timeoutSeconds) * attempts + sum(retriers.map(longestDelays));
}

/** NaN for what is known at deployment only. */
export function known(value: number): number {
  return Token.isUnresolved(value) ? NaN : value;
}

export function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
