/** How often a function is called, and how it ends. */
import { attemptOf, Outcome } from './outcomes';

export interface Failure {
  readonly Error: string;
  readonly Cause: string;
}

/** The error by which a function promises that it had no effect. */
export const FINAL = 'Final';
export const causeOf = (state: string, attempt: number) => `${state}, attempt ${attempt}`;

/** The first row that matches an error decides; all errors of a row share its number of retries. */
type Retries = readonly { readonly times: number; readonly matches: (error: string) => boolean }[];

export const PASSING = [
  'Lambda.TooManyRequestsException', 'Lambda.ClientExecutionTimeoutException', 'Lambda.ServiceException', 'Lambda.AWSLambdaException', 'Lambda.SdkClientException',
];
export const DYING = ['States.Timeout', 'States.HeartbeatTimeout', 'Lambda.Unknown', 'Sandbox.Timedout', 'Runtime.ExitError'];

export const RETRIES_OF_ACTION: Retries = [
  { times: 0, matches: (error) => error === FINAL },
  { times: 6, matches: (error) => PASSING.includes(error) },
  { times: 2, matches: (error) => DYING.includes(error) },
];
export const RETRIES_OF_UNDOING: Retries = [{ times: 10, matches: () => true }];

export interface Attempts {
  readonly number: number;
  /** Whether one of them had an effect. */
  readonly effect: boolean;
  /** The last error, where it is not a success. */
  readonly failure?: Failure;
}

export function attemptsOf(state: string, outcome: Outcome, retries: Retries): Attempts {
  const left = retries.map(({ times }) => times);
  let effect = false;
  for (let number = 1; ; number++) {
    const attempt = attemptOf(outcome, number);
    effect ||= attempt.effect ?? false;
    const { error } = attempt;
    if (error === undefined) return { number, effect };
    const row = retries.findIndex(({ matches }) => matches(error));
    if (row < 0 || left[row]-- === 0) return { number, effect, failure: { Error: error, Cause: causeOf(state, number) } };
  }
}
