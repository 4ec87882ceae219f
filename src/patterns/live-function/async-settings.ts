import { Annotations, Aspects } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

const CONFIG = 'EventInvokeConfig';

/** Warns of retries and destinations of asynchronous calls that the function has and the alias does not: each qualifier has its own. */
export function warnOfAsyncSettings(scope: Construct, fn: lambda.Function, alias: lambda.Alias): void {
  Aspects.of(scope).add({
    visit: (node) => {
      if (node !== scope || !fn.node.tryFindChild(CONFIG) || alias.node.tryFindChild(CONFIG)) return;
      Annotations.of(scope).addWarningV2(
        'cdk-serverless-patterns:asyncSettings',
        `retries and destinations of asynchronous calls are those of ${fn.node.path} itself, and not of its alias: say them by ${scope.node.path}.alias.configureAsyncInvoke(...), too`,
      );
    },
  });
}
