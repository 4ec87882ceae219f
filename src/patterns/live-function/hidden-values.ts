import { Annotations, Aspects, CfnParameter, FeatureFlags, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { LAMBDA_RECOGNIZE_LAYER_VERSION } from 'aws-cdk-lib/cx-api';
import { Construct } from 'constructs';

/** Warns of values that a version depends on, and that change without the template: no version is published then, and the old one goes on. */
export function warnOfHiddenValues(scope: Construct, fn: lambda.Function, isTold: boolean): void {
  Aspects.of(scope).add({ visit: (node) => { if (node === scope) warn(scope, fn, isTold); } }); // once all is said of the function
}

function warn(scope: Construct, fn: lambda.Function, isTold: boolean): void {
  const stack = Stack.of(fn);
  const { environment, layers } = fn.node.defaultChild as lambda.CfnFunction;
  const references = referencesIn(stack.resolve(environment));
  const parameters = stack.node.findAll().filter((node) => node instanceof CfnParameter && references.has(stack.resolve(node.logicalId)));
  if (parameters.length > 0 && !isTold) {
    Annotations.of(scope).addWarningV2(
      'cdk-serverless-patterns:hiddenValue',
      `the environment of ${fn.node.path} takes values of parameters (${parameters.map(({ node: { id } }) => id).join(', ')}): another value publishes no version, and the alias keeps `
      + 'the old one; give what it depends on as publishOn',
    );
  }
  if ((stack.resolve(layers) ?? []).length > 0 && !FeatureFlags.of(scope).isEnabled(LAMBDA_RECOGNIZE_LAYER_VERSION)) {
    Annotations.of(scope).addWarningV2(
      'cdk-serverless-patterns:hiddenLayer',
      `another content of the layers of ${fn.node.path} publishes no version unless the feature flag ${LAMBDA_RECOGNIZE_LAYER_VERSION} is set`,
    );
  }
}

/** Logical ids that a resolved value refers to by Ref or Fn::Sub. */
function referencesIn(value: unknown): Set<string> {
  const found = new Set<string>();
  const look = (part: unknown): void => {
    if (Array.isArray(part)) {part.forEach(look);} else if (typeof part === 'object' && part !== null) {
      for (const [key, inner] of Object.entries(part)) {
        if (key === 'Ref') found.add(inner);
        else if (key === 'Fn::Sub') for (const [, name] of JSON.stringify(inner).matchAll(/\$\{([^!}]+)\}/g)) found.add(name);
        look(inner);
      }
    }
  };
  look(value);
  return found;
}
