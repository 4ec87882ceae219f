import { Token } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { definedFunction } from './defined-function';
import { checkRange, inputError } from './input-error';
import { mark, marked } from './mark';

const GIVEN = 'givenConcurrency';
const DEFAULT = 10;

/**
 * How many batches of one queue a function works off at the same time. The mappings of a function share what it has reserved: above it Lambda
 * throttles, and throttles send good messages to the dead letters.
 */
export function mappingConcurrency(fn: lambda.IFunction, wanted?: number): number {
  const defined = definedFunction(fn);
  const reserved = (defined?.node.defaultChild as lambda.CfnFunction | undefined)?.reservedConcurrentExecutions;
  if (!defined || reserved === undefined || Token.isUnresolved(reserved) || Token.isUnresolved(wanted)) {
    const unbounded = wanted ?? DEFAULT;
    checkRange('maxConcurrency', unbounded, 2, 1000);
    return unbounded;
  }
  const left = reserved - (marked<number>(defined, GIVEN) ?? 0);
  if (left < 2) {
    throw inputError('function', `must have a reserved concurrency of at least 2 for each queue that it works off, and has ${left} of ${reserved} left`, fn.node.path);
  }
  const given = wanted ?? Math.min(DEFAULT, left);
  checkRange('maxConcurrency', given, 2, 1000);
  if (given > left) throw inputError('maxConcurrency', `must be at most what the function has reserved and not given to other queues, ${left}`, given);
  mark(defined, GIVEN, reserved - left + given);
  return given;
}
