import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { TOO_MANY_DELETES } from './contract';
import { taskSeconds } from '../../foundation/defined-function';
import { RunWork } from '../../foundation/leased-schedule/run-definition';
import { invocation, MACHINE, SCHEDULED_TIME } from '../../foundation/leased-schedule/run-state';
import { catchAll } from '../../foundation/machine-state';
import { jittered, longestDelays } from '../../foundation/retrier';

/** Calls in a row that may fail. */
const TRIES = 5;
const LONGEST_PAUSE = 300;
/** A call that Lambda refuses ends at once. */
const REFUSAL_SECONDS = 60;
/** It was certainly not run; after any other error its allowance is gone. */
const REFUSED = jittered({ ErrorEquals: ['Lambda.TooManyRequestsException'], MaxAttempts: 6, IntervalSeconds: 1, MaxDelaySeconds: 30 });
const ANSWER = '$states.result.Payload';

/**
 * Calls the sweeper until there is no more to do, with the lease for longer before each call.
 *
 * What a run may still delete is `left`. Each call is allowed half of it, which is taken off before the call, and what the call did not use is given back after it. So a call
 * that is cut off, of which nobody knows what it deleted, has cost no more than that.
 */
export function cleanupWork(scope: Construct, sweeper: lambda.IFunction, maxDeletes?: number): RunWork {
  const isLimited = maxDeletes !== undefined;
  const payload = { scheduledTime: `{% ${SCHEDULED_TIME} %}`, stateMachine: `{% ${MACHINE} %}`, progress: '{% $progress %}', ...isLimited && { allowance: '{% $allowance %}' } };
  return {
    variables: { progress: {}, tries: 0, ...isLimited && { left: maxDeletes } },
    claimed: isLimited ? { allowance: '{% $ceil($left / 2) %}', left: '{% $left - $ceil($left / 2) %}' } : {},
    states: ({ done, again, failed, fail }) => ({
      'Work': {
        ...invocation(scope, sweeper, payload, taskSeconds(), [REFUSED]),
        Assign: {
          progress: `{% ${ANSWER}.progress %}`,
          result: `{% ${ANSWER}.progress.counts %}`,
          more: `{% ${ANSWER}.more %}`,
          tries: 0,
          ...isLimited && { left: `{% $left + $allowance - ${ANSWER}.used %}` },
        },
        Catch: [
          { ErrorEquals: [TOO_MANY_DELETES], ...failed },
          ...catchAll({ Assign: { ...failed.Assign, tries: '{% $tries + 1 %}' }, Next: 'Try again?' }),
        ],
        Next: 'More?',
      },
      'More?': { Type: 'Choice', Choices: [{ Condition: '{% $more %}', Next: again }], Default: done },
      'Try again?': { Type: 'Choice', Choices: [{ Condition: `{% $tries < ${TRIES} %}`, Next: 'Pause' }], Default: fail },
      'Pause': { Type: 'Wait', Seconds: `{% $min([${LONGEST_PAUSE}, 5 * $power(2, $tries)]) %}`, Next: again },
    }),
  };
}

/** The longest from one claim of the lease to the next. */
export function longestCall(): number {
  return taskSeconds() + REFUSED.MaxAttempts * REFUSAL_SECONDS + longestDelays(REFUSED) + LONGEST_PAUSE;
}
