import { Duration } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';

/** The timeout of a function, found through aliases and versions; undefined where it cannot be known (imported, or a token). */
export function functionTimeout(fn: lambda.IFunction): Duration | undefined {
  if (fn instanceof lambda.Alias || fn instanceof lambda.Version) return functionTimeout(fn.lambda);
  if (!(fn instanceof lambda.Function) || fn.timeout?.isUnresolved()) return undefined;
  return fn.timeout ?? Duration.seconds(3);
}
