import { States } from './definition';
import { State } from '../../foundation/machine-state';
import { known, longestTask, Retrier, sum } from '../../foundation/retrier';

/** What an execution may come to at most, as if every attempt of every state failed in the last moment. */
export interface WorstCase {
  /** NaN where a number is known at deployment only. */
  readonly seconds: number;
  /** Events of the history: entered, left, and three for each attempt. */
  readonly events: number;
}

export function worstCase(states: States): WorstCase {
  const worst = Object.values(states).map(worstOf);
  return { seconds: sum(worst.map(({ seconds }) => seconds)), events: sum(worst.map(({ events }) => events)) };
}

function worstOf({ TimeoutSeconds = 0, Retry = [], Branches = [] }: State): WorstCase {
  const retriers: Retrier[] = Retry;
  const branches: WorstCase[] = Branches.map((branch: { States: States }) => worstCase(branch.States));
  const attempts = 1 + sum(retriers.map(({ MaxAttempts }) => known(MaxAttempts)));
  return {
    seconds: longestTask(TimeoutSeconds, retriers) + Math.max(0, ...branches.map(({ seconds }) => seconds)),
    events: 2 + (TimeoutSeconds ? 3 * attempts : 0) + sum(branches.map(({ events }) => events)),
  };
}
