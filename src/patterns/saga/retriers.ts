import { Duration, Token } from 'aws-cdk-lib';
import { SagaRetry } from './saga-retry';
import { checkRange, inputError } from '../../foundation/input-error';
import { jittered, NOT_REACHED, Retrier } from '../../foundation/retrier';

/** In seconds: the longest that Step Functions knows. */
export const YEAR = 365 * 86_400;

/** What the function did before is not known. */
const CUT_OFF = ['States.Timeout', 'States.HeartbeatTimeout', 'Lambda.Unknown', 'Sandbox.Timedout', 'Runtime.ExitError'];

/** First the final errors: of several retriers that name an error, the first decides. */
export function actionRetriers(finalErrors: string[], retry: SagaRetry = {}): Retrier[] {
  checkNames('errors', retry.errors ?? []);
  const both = finalErrors.find((name) => retry.errors?.includes(name));
  if (both) throw inputError('errors', 'must not name an error that is final', both);
  return [
    ...never(finalErrors),
    retrier([...NOT_REACHED, ...retry.errors ?? []], { maxAttempts: 6, interval: 1, maxDelay: 30 }, retry),
    retrier(CUT_OFF, { maxAttempts: 2, interval: 2, maxDelay: 30 }, retry),
  ];
}

/** Nobody else would undo it: any error is tried again, but for those by which it says that there is nothing to undo. */
export function compensationRetriers(nothingToUndo: string[], retry: SagaRetry = {}): Retrier[] {
  if (retry.errors) throw inputError('errors', 'must not be given for a compensation, of which all errors are tried again', retry.errors);
  return [...never(nothingToUndo), retrier(['States.ALL'], { maxAttempts: 10, interval: 2, maxDelay: 300 }, retry)];
}

/** An error that says for certain what happened is the user's own: one of the platform, or one that any bug has, says nothing. */
export function checkFinal(prop: string, names: string[]): void {
  const wrong = names.find((name) => /^(States|Lambda|Runtime|Sandbox|Function|Extension)\.|^(Error|Exception)$/.test(name));
  if (wrong) throw inputError(prop, 'must name errors of your own: after any other it is not known what the function did', wrong);
  checkNames(prop, names);
}

function checkNames(prop: string, names: string[]): void {
  const wrong = names.find((name) => !Token.isUnresolved(name) && !/^(?!States\.)[^\s*]+$/.test(name));
  if (wrong !== undefined) throw inputError(prop, 'must have names of errors, none of States, without blanks and wildcards', wrong);
}

function never(names: string[]): Retrier[] {
  return names.length > 0 ? [{ ErrorEquals: names, MaxAttempts: 0 }] : [];
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
  return jittered({ ErrorEquals: names, MaxAttempts: maxAttempts, IntervalSeconds: interval, MaxDelaySeconds: maxDelay, BackoffRate: rate });
}

export function wholeSeconds(prop: string, duration: Duration): number {
  if (duration.isUnresolved()) return duration.toSeconds();
  const seconds = duration.toSeconds({ integral: false });
  checkRange(prop, seconds, 1, YEAR, ' seconds');
  return seconds;
}
