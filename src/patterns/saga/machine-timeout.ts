import { Duration } from 'aws-cdk-lib';
import { States } from './definition';
import { wholeSeconds, YEAR } from './retriers';
import { worstCase } from './worst-case';
import { inputError } from '../../foundation/input-error';

/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const HISTORY = 25_000;

/** Time for all steps with all retries, there and back: what the machine's timeout cuts off is not undone. */
export function machineTimeout(states: States, timeout?: Duration): number {
  const { seconds, events } = worstCase(states);
  if (events > HISTORY) {
    throw inputError('steps', `must not make more than the ${HISTORY} events that the history of an execution holds (fewer steps, or fewer retries)`, events);
  }
  if (timeout) {
    const given = wholeSeconds('timeout', timeout);
    if (given < seconds) throw inputError('timeout', `must hold all steps with all retries, there and back: ${human(seconds)}`, human(given));
    return given;
  }
  if (Number.isNaN(seconds)) throw inputError('timeout', 'must be given where a number of a step is known at deployment only', timeout);
  const longest = Math.ceil(seconds * 1.1);
  if (longest > YEAR) throw inputError('steps', 'must not take longer than a year with all retries (shorter timeouts, or fewer retries)', human(longest));
  return longest;
}

function human(seconds: number): string {
  return Duration.seconds(Math.ceil(seconds)).toHumanString();
}
