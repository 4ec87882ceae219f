import { Token } from 'aws-cdk-lib';
import { States } from './definition';
import { Retrier } from './retriers';
import { State } from './task-states';

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
    seconds: known(TimeoutSeconds) * attempts + sum(retriers.map(delays)) + Math.max(0, ...branches.map(({ seconds }) => seconds)),
    events: 2 + (TimeoutSeconds ? 3 * attempts : 0) + sum(branches.map(({ events }) => events)),
  };
}

function delays({ MaxAttempts, IntervalSeconds = 0, BackoffRate = 1, MaxDelaySeconds = Infinity }: Retrier): number {
  const [times, interval, rate, most] = [MaxAttempts, IntervalSeconds, BackoffRate, MaxDelaySeconds].map(known);
  if (Number.isNaN(times)) return NaN;
  return sum(Array.from({ length: times }, (_, n) => Math.min(interval * rate ** n, most)));
}

function known(value: number): number {
  return Token.isUnresolved(value) ? NaN : value;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
