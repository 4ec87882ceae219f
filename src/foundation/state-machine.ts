import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { grantOn } from './grant';
import { deliveredLogGroup } from './log-group';
import { serviceRole } from './service-role';

/** The role of a state machine of ours, with no right yet. */
export function machineRole(scope: Construct): iam.Role {
  return serviceRole(scope, 'states', 'stateMachine:*');
}

/** A state machine of ours: traced unless told otherwise, its errors logged without the data of its executions. */
export function ownStateMachine(
  scope: Construct, definition: object, role: iam.Role, { tracing, logRetention }: { tracing?: boolean; logRetention?: logs.RetentionDays },
): sfn.StateMachine {
  return new sfn.StateMachine(scope, 'StateMachine', {
    definitionBody: sfn.DefinitionBody.fromString(Stack.of(scope).toJsonString(definition)),
    role,
    tracingEnabled: tracing ?? true,
    logs: { destination: deliveredLogGroup(scope, 'Logs', 'states', logRetention), level: sfn.LogLevel.ERROR, includeExecutionData: false },
  });
}

/** Lets a function, role or user start executions of a state machine, and no more. */
export function grantStartExecution(scope: Construct, machine: sfn.IStateMachine, grantee: iam.IGrantable): iam.Grant {
  return grantOn(scope, grantee, ['states:StartExecution'], machine.stateMachineArn);
}
