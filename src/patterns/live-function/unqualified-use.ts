import { Annotations, Aspects, CfnResource, Stage } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct, IConstruct } from 'constructs';

/**
 * Warns where something calls the function itself: it gets `$LATEST`, without what is ready, and before the rollout.
 *
 * Whoever calls a function has a permission of the function, a mapping, or a policy; each of them names it.
 */
export function warnOfUnqualifiedUse(scope: Construct, fn: lambda.Function): void {
  Aspects.of(scope).add({ visit: (node) => { if (node === scope) warn(scope, fn); } });
}

function warn(scope: Construct, fn: lambda.Function): void {
  const names = [fn.functionArn, fn.functionName];
  const callers = Stage.of(scope)!.node.findAll().filter((node) => names.some((name) => calls(node, name)));
  if (callers.length === 0) return;
  Annotations.of(scope).addWarningV2(
    'cdk-serverless-patterns:unqualifiedUse',
    `${fn.node.path} is called itself, and so its latest state and not the live version, by ${callers.map(({ node }) => node.path).join(', ')}: give them the alias of ${scope.node.path}`,
  );
}

function calls(node: IConstruct, name: string): boolean {
  if (node instanceof lambda.CfnPermission || node instanceof lambda.CfnEventSourceMapping) return node.functionName === name;
  if (node instanceof lambda.CfnUrl) return node.qualifier === undefined && node.targetFunctionArn === name;
  if (!(CfnResource.isCfnResource(node) && node instanceof iam.CfnPolicy)) return false;
  const { Statement = [] } = (node.policyDocument as iam.PolicyDocument).toJSON?.() ?? {};
  return [Statement].flat().some(({ Action, Resource }) => [Action].flat().includes('lambda:InvokeFunction') && [Resource].flat().includes(name));
}
