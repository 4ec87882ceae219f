import { Duration } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';

/** Lambda's greatest timeout, for a function whose own cannot be seen. */
const LONGEST_FUNCTION = 900;
/** Between a function's timeout and that of its task, which begins earlier. */
const MARGIN = 10;

/** The function behind aliases and versions; undefined where it is imported. */
export function definedFunction(fn: lambda.IFunction): lambda.Function | undefined {
  if (fn instanceof lambda.Alias || fn instanceof lambda.Version) return definedFunction(fn.lambda);
  return fn instanceof lambda.Function ? fn : undefined;
}

/** The timeout of a function; undefined where it cannot be known (imported, or a token). */
export function functionTimeout(fn: lambda.IFunction): Duration | undefined {
  const defined = definedFunction(fn);
  if (!defined || defined.timeout?.isUnresolved()) return undefined;
  return defined.timeout ?? Duration.seconds(3);
}

/** After how many seconds the task that calls a function counts as failed. */
export function taskSeconds(timeout?: Duration): number {
  return (timeout?.toSeconds() ?? LONGEST_FUNCTION) + MARGIN;
}
