import { Duration } from 'aws-cdk-lib';
import { inputError } from './input-error';

/** The seconds of a duration that has to be known at synthesis, and within limits. */
export function secondsBetween(prop: string, duration: Duration, least: number, most: number, rule: string): number {
  if (duration.isUnresolved()) throw inputError(prop, 'must be known at synthesis, and not be a token', duration.toString());
  const seconds = duration.toSeconds({ integral: false });
  if (!Number.isInteger(seconds) || seconds < least || seconds > most) throw inputError(prop, `must be ${rule}, in whole seconds`, `${seconds} seconds`);
  return seconds;
}
