import * as iam from 'aws-cdk-lib/aws-iam';
import { IConstruct } from 'constructs';
import { dropUnknownRole } from './imported-policy';
import { inputError } from './input-error';

/** Lets a function, role or user do exactly these actions on a resource, by a policy of its own. */
export function grantOn(
  scope: IConstruct, grantee: iam.IGrantable, actions: string[], arn: string, conditions?: Record<string, Record<string, unknown>>,
): iam.Grant {
  if (grantee.grantPrincipal instanceof iam.UnknownPrincipal) {
    return dropUnknownRole(scope, grantee, [new iam.PolicyStatement({ actions, resources: [arn], conditions })]);
  }
  const grant = iam.Grant.addToPrincipal({ grantee, actions, resourceArns: [arn], conditions });
  if (!grant.success) throw inputError('grantee', 'must be a role, a user or a function, which have a policy', String(grantee.grantPrincipal));
  return grant;
}
