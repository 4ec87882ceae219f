import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/** The role that a service takes for its resources of a kind in this account and region, with no right yet. */
export function serviceRole(scope: Construct, service: string, resources: string): iam.Role {
  const { partition, region, account } = Stack.of(scope);
  return new iam.Role(scope, 'Role', {
    assumedBy: new iam.ServicePrincipal(`${service}.amazonaws.com`, {
      conditions: {
        StringEquals: { 'aws:SourceAccount': account },
        ArnLike: { 'aws:SourceArn': `arn:${partition}:${service}:${region}:${account}:${resources}` }, // the resource refers to the role
      },
    }),
  });
}
