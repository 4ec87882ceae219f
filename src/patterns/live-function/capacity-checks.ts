import { Token } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { Capacity } from './capacity';
import { inputError } from '../../foundation/input-error';
import { mark, marked } from '../../foundation/mark';

const ALIASES = 'liveAliases';

/** An alias of a name there is once; and provisioned concurrency is one alias's: Lambda refuses it for two whose versions are the same. */
export function claimAlias(fn: lambda.Function, aliasName: string, isProvisioned: boolean): void {
  const others: Map<string, boolean> = marked(fn, ALIASES) ?? mark(fn, ALIASES, new Map());
  if (others.has(aliasName)) throw inputError('aliasName', `must be another than that of a LiveFunction of ${fn.node.path} that there is`, aliasName);
  if (isProvisioned && [...others.values()].includes(true)) {
    throw inputError('provisionedConcurrency', `must be given for one LiveFunction of ${fn.node.path}: Lambda refuses it for two aliases of one version`, aliasName);
  }
  others.set(aliasName, isProvisioned);
}

/** What is ready is taken from what is reserved. */
export function checkCapacity(fn: lambda.Function, { most }: Capacity): void {
  const { reservedConcurrentExecutions: reserved } = definitionOf(fn);
  if (reserved === undefined || Token.isUnresolved(reserved) || Token.isUnresolved(most) || most <= reserved) return;
  throw inputError('provisionedConcurrency', `must be at most the reserved concurrency of the function, ${reserved}`, most);
}

/** Refuses at the end what the function must not have beside it: the function may still be changed. */
export function refuseBeside(scope: Construct, fn: lambda.Function, version: lambda.IVersion, capacity: Capacity): void {
  scope.node.addValidation({
    validate: () => {
      const { snapStart } = definitionOf(fn);
      const { provisionedConcurrencyConfig } = version.node.defaultChild as lambda.CfnVersion;
      const errors: Error[] = [];
      if (snapStart) errors.push(inputError('provisionedConcurrency', 'must not be given for a function with SnapStart: Lambda has one or the other', fn.node.path));
      if (provisionedConcurrencyConfig) {
        errors.push(inputError('provisionedConcurrency', 'must not be given for the version, too (currentVersionOptions of the function)', fn.node.path));
      }
      try {
        checkCapacity(fn, capacity);
      } catch (error) {
        errors.push(error as Error);
      }
      return errors.map(({ message }) => message);
    },
  });
}

function definitionOf(fn: lambda.Function): lambda.CfnFunction {
  return fn.node.defaultChild as lambda.CfnFunction;
}
