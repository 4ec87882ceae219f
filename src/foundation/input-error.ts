import { Token } from 'aws-cdk-lib';

/** Bad input, in the form that all errors of this library have: `'<prop>' <rule>, got <value>`. */
export function inputError(prop: string, rule: string, got: unknown): Error {
  return new Error(`'${prop}' ${rule}, got ${typeof got === 'string' ? `'${got}'` : String(got)}`);
}

/** Refuses a number outside of a range; a token passes. */
export function checkRange(prop: string, value: number, least: number, most: number, unit = ''): void {
  if (Token.isUnresolved(value) || (Number.isInteger(value) && value >= least && value <= most)) return;
  throw inputError(prop, `must be a whole number between ${least} and ${most}${unit}`, value);
}
