import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { grantOn } from './grant';

/** The role of a state machine of ours: for Step Functions in this account and region, with no right yet. */
export function machineRole(scope: Construct): iam.Role {
  const { partition, region, account } = Stack.of(scope);
  return new iam.Role(scope, 'Role', {
    assumedBy: new iam.ServicePrincipal('states.amazonaws.com', {
      conditions: {
        StringEquals: { 'aws:SourceAccount': account },
        ArnLike: { 'aws:SourceArn': `arn:${partition}:states:${region}:${account}:stateMachine:*` }, // the machine refers to the role
      },
    }),
  });
}

/** Lets a function, role or user start executions of a state machine, and no more. */
export function grantStartExecution(scope: Construct, machine: sfn.IStateMachine, grantee: iam.IGrantable): iam.Grant {
  return grantOn(scope, grantee, ['states:StartExecution'], machine.stateMachineArn);
}
