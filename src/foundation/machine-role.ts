import * as iam from 'aws-cdk-lib/aws-iam';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { grantOn } from './grant';
import { serviceRole } from './service-role';

/** The role of a state machine of ours, with no right yet. */
export function machineRole(scope: Construct): iam.Role {
  return serviceRole(scope, 'states', 'stateMachine:*');
}

/** Lets a function, role or user start executions of a state machine, and no more. */
export function grantStartExecution(scope: Construct, machine: sfn.IStateMachine, grantee: iam.IGrantable): iam.Grant {
  return grantOn(scope, grantee, ['states:StartExecution'], machine.stateMachineArn);
}
