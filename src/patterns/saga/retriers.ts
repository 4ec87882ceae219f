import { Duration, Token } from 'aws-cdk-lib';
import { SagaRetry } from './saga-retry';
import { checkRange, inputError } from '../../foundation/input-error';

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
const THROTTLED = [
  'Lambda.TooManyRequestsException', 'Lambda.ClientExecutionTimeoutException', 'Lambda.ServiceException', 'Lambda.AWSLambdaException', 'Lambda.SdkClientException',
];
/** What the function did before is not known. */
const CUT_OFF = ['States.Timeout', 'States.HeartbeatTimeout', 'Lambda.Unknown', 'Sandbox.Timedout', 'Runtime.ExitError'];

/** First the final errors: of several retriers that name an error, the first decides. */
export function actionRetriers(finalErrors: string[], retry: SagaRetry = {}): Retrier[] {
  checkErrors('errors', retry.errors ?? []);
  const both = finalErrors.find((name) => retry.errors?.includes(name));
  if (both) throw inputError('errors', 'must not name an error that is final', both);
  return [
    ...finalErrors.length > 0 ? [{ ErrorEquals: finalErrors, MaxAttempts: 0 }] : [],
    retrier([...THROTTLED, ...retry.errors ?? []], { maxAttempts: 6, interval: 1, maxDelay: 30 }, retry),
    retrier(CUT_OFF, { maxAttempts: 2, interval: 2, maxDelay: 30 }, retry),
  ];
}

/** Nobody else would undo it: any error is tried again. */
export function compensationRetriers(retry: SagaRetry = {}): Retrier[] {
  if (retry.errors) throw inputError('errors', 'must not be given for a compensation, of which all errors are tried again', retry.errors);
  return [retrier(['States.ALL'], { maxAttempts: 10, interval: 2, maxDelay: 300 }, retry)];
}

/** Names of errors that a function of the user's may throw: those of the platform say that the outcome is unknown. */
export function checkErrors(prop: string, names: string[]): void {
  for (const name of names) {
    if (Token.isUnresolved(name)) continue;
    if (!name.trim()) throw inputError(prop, 'must not have an empty name', name);
    if (!name.startsWith('States.') && ![...THROTTLED, ...CUT_OFF].includes(name)) continue;
    throw inputError(prop, 'must name errors of your own: after one of the platform it is not known what the function did', name);
  }
}

interface Defaults { readonly maxAttempts: number; readonly interval: number; readonly maxDelay: number }

function retrier(names: string[], defaults: Defaults, retry: SagaRetry): Retrier {
  const maxAttempts = retry.maxAttempts ?? defaults.maxAttempts;
  checkRange('maxAttempts', maxAttempts, 0, 100);
  const rate = retry.backoffRate ?? 2;
  if (!Token.isUnresolved(rate) && !(rate >= 1)) throw inputError('backoffRate', 'must be at least 1', rate);
  const interval = retry.interval ? wholeSeconds('interval', retry.interval) : defaults.interval;
  const maxDelay = retry.maxDelay ? wholeSeconds('maxDelay', retry.maxDelay) : defaults.maxDelay;
  if (!Token.isUnresolved(interval) && !Token.isUnresolved(maxDelay) && maxDelay <= interval) {
    throw inputError('maxDelay', `must be longer than the interval, ${interval} seconds`, `${maxDelay} seconds`);
  }
  return { ErrorEquals: names, MaxAttempts: maxAttempts, IntervalSeconds: interval, MaxDelaySeconds: maxDelay, BackoffRate: rate, JitterStrategy: 'FULL' };
}

/** A year is the longest that Step Functions knows. */
export function wholeSeconds(prop: string, duration: Duration): number {
  if (duration.isUnresolved()) return duration.toSeconds();
  const seconds = duration.toSeconds({ integral: false });
  checkRange(prop, seconds, 1, 365 * 86_400, ' seconds');
  return seconds;
}
