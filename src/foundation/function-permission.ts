import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct, IConstruct } from 'constructs';
import { checkPlace } from './environment';
import { inputError } from './input-error';

/** Lets a service call a function: the permission, or nothing where the user says that the function has it (`skipPermissions`). */
export function permitInvoke(scope: Construct, id: string, fn: lambda.IFunction, service: string, sourceArn: string): IConstruct | undefined {
  // an imported function of another account may have the permission already
  checkPlace(scope, 'handler', fn, fn instanceof lambda.Function ? ['region', 'account'] : ['region']);
  fn.addPermission(id, { scope, principal: new iam.ServicePrincipal(service), sourceArn });
  const permission = scope.node.tryFindChild(id);
  // the CDK warns of a function that it can give no permission to, and goes on
  if (!permission && fn.node.metadata.some(({ data }) => `${data}`.includes('UnclearLambdaEnvironment'))) {
    throw inputError(
      'handler',
      'must be a function that a permission can be given to (import it with Function.fromFunctionAttributes and sameEnvironment: true, '
      + 'or with skipPermissions: true when it has the permission)',
      fn.node.path,
    );
  }
  return permission;
}
