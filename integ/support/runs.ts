import { ExpectedResult, IApiCall, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { Duration, Fn } from 'aws-cdk-lib';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';

/** Starts a run of a time by hand, and waits until it ends as it should. */
export function namedRun(
  integ: IntegTest, { stateMachineArn }: sfn.IStateMachine, name: string, scheduledTime: string, expected: ExpectedResult,
): NamedRun {
  const start = integ.assertions.awsApiCall('SFN', 'startExecution', { stateMachineArn, name, input: JSON.stringify({ scheduledTime }) });
  const executionArn = `${Fn.join(':execution:', Fn.split(':stateMachine:', stateMachineArn, 2))}:${name}`;
  const end = integ.assertions.awsApiCall('SFN', 'describeExecution', { executionArn });
  end.provider.addToRolePolicy({ Effect: 'Allow', Action: ['states:DescribeExecution'], Resource: ['*'] });
  start.next(end.expect(expected).waitForAssertions({ totalTimeout: Duration.minutes(2), interval: Duration.seconds(2) }));
  return { start, end };
}

export interface NamedRun {
  readonly start: IApiCall;
  readonly end: IApiCall;
}
