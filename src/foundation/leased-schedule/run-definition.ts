import { Construct } from 'constructs';
import { Lease } from './lease';
import { countState } from './run-state';
import { State } from '../machine-state';

/** Counted only where somebody listens: a metric costs. */
export const RUN_SUCCEEDED = 'ScheduledRunSucceeded';

/** How much later than the clock of Step Functions a time may be: Scheduler has a clock of its own. */
const AHEAD_MILLIS = 300_000;
const GIVEN = '$states.input.scheduledTime';
const IS_GIVEN = `$exists(${GIVEN})`;

/** Where the states of a pattern lead to. */
export interface RunWays {
  /** The work is done, and its result assigned to `result`. */
  readonly done: string;
  /** There is more: the lease is had for longer, and the work goes on. */
  readonly again: string;
  /** Of a catcher: the run fails with this error. */
  readonly failed: State;
  /** The run fails with the error that is assigned to `failure`. */
  readonly fail: string;
}

/** What a run does while it has the lease. */
export interface RunWork {
  /** Variables that a run begins with. */
  readonly variables?: Record<string, any>;
  /** Variables that are assigned whenever the lease was taken. */
  readonly claimed?: Record<string, string>;
  /** States of which the first is where the work begins. */
  readonly states: (ways: RunWays) => Record<string, State>;
}

/** The machine of a schedule: whatever way a run ends, it gives the lease back. */
export function runDefinition(scope: Construct, work: RunWork, lease?: Lease, isCounted = false): State {
  const [done, failed] = lease ? ['Release', 'Release failed'] : [isCounted ? 'Count' : 'Succeeded', 'Failed'];
  const ways: RunWays = {
    done,
    again: 'Claim',
    failed: { Assign: { failure: '{% $states.errorOutput %}' }, Next: failed },
    fail: failed,
  };
  const states = work.states(ways);
  const [first] = Object.keys(states);
  return {
    QueryLanguage: 'JSONata',
    StartAt: 'Begin',
    States: {
      'Begin': {
        Type: 'Choice',
        // such a time would have every later run take its own for one that was run before
        Choices: [{ Condition: `{% ${IS_GIVEN} and $toMillis(${GIVEN}) > $millis() + ${AHEAD_MILLIS} %}`, Next: 'In the future' }],
        Assign: {
          scheduledTime: `{% $fromMillis($toMillis(${IS_GIVEN} ? ${GIVEN} : $states.context.Execution.StartTime)) %}`,
          forced: `{% $states.input.force = true or $not(${IS_GIVEN}) %}`,
          ...work.variables,
        },
        Default: lease ? 'Claim' : first,
      },
      ...lease && {
        Claim: lease.claim(work.claimed ?? {}, { next: first, refused: 'Explain', failed: ways.failed }),
        Explain: lease.explain('Skipped'),
        Skipped: { Type: 'Succeed' },
      },
      ...states,
      ...lease && { Release: lease.release(isCounted ? 'Count' : 'Succeeded') },
      ...isCounted && { Count: countState(scope, RUN_SUCCEEDED, 'Succeeded') },
      'Succeeded': { Type: 'Pass', Output: '{% $result %}', End: true },
      ...lease && { 'Release failed': lease.release('Failed') },
      'Failed': { Type: 'Fail', Error: '{% $failure.Error %}', Cause: '{% $failure.Cause %}' },
      'In the future': { Type: 'Fail', Error: 'ScheduledTimeInFuture', Cause: `{% 'scheduledTime must not be in the future, got ' & ${GIVEN} %}` },
    },
  };
}
