import { Duration, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ScheduledJobProps } from './scheduled-job-props';
import { functionTimeout, taskSeconds } from '../../foundation/defined-function';
import { inOrder } from '../../foundation/in-order';
import { checkRange, inputError } from '../../foundation/input-error';
import { RunWork } from '../../foundation/leased-schedule/run-definition';
import { EXECUTION, invocation, SCHEDULED_TIME } from '../../foundation/leased-schedule/run-state';
import { catchAll } from '../../foundation/machine-state';
import { jittered, longestTask, NOT_REACHED, Retrier } from '../../foundation/retrier';

const MOST_RETRIES = 10;

/** The call of a job's function, and how long it may take with all retries. */
export interface JobWork {
  readonly work: RunWork;
  readonly seconds: number;
}

export function jobWork(scope: Construct, props: ScheduledJobProps): JobWork {
  const { retryAttempts = 2, input = {} } = props;
  checkRange('retryAttempts', retryAttempts, 0, MOST_RETRIES);
  checkLiteral(input);
  const timeout = taskSeconds(props.functionTimeout ? given(props.functionTimeout) : functionTimeout(props.function));
  const payload = { scheduledTime: `{% ${SCHEDULED_TIME} %}`, run: `{% ${EXECUTION} %}`, input: inOrder(input) };
  return {
    work: {
      states: ({ done, failed }) => ({
        Work: {
          ...invocation(scope, props.function, payload, timeout, retriers(retryAttempts)),
          Assign: { result: '{% $exists($states.result.Payload) ? $states.result.Payload : null %}' },
          Catch: catchAll(failed),
          Next: done,
        },
      }),
    },
    seconds: longestTask(timeout, retriers(Token.isUnresolved(retryAttempts) ? MOST_RETRIES : retryAttempts)),
  };
}

function retriers(retryAttempts: number): Retrier[] {
  return [
    jittered({ ErrorEquals: NOT_REACHED, MaxAttempts: 6, IntervalSeconds: 1, MaxDelaySeconds: 30 }),
    jittered({ ErrorEquals: ['States.ALL'], MaxAttempts: retryAttempts, IntervalSeconds: 5, MaxDelaySeconds: 300 }),
  ];
}

/** A token is a timeout that cannot be seen. */
function given(timeout: Duration): Duration | undefined {
  if (timeout.isUnresolved()) return undefined;
  checkRange('functionTimeout', timeout.toSeconds({ integral: false }), 1, 900, ' seconds');
  return timeout;
}

/** Step Functions would evaluate such a text. */
function checkLiteral(value: unknown): void {
  if (typeof value === 'string' && /^\{%.*%\}$/s.test(value)) throw inputError('input', 'must not have a text that Step Functions would evaluate', value);
  if (typeof value === 'object' && value !== null && !Token.isUnresolved(value)) Object.values(value).forEach(checkLiteral);
}
