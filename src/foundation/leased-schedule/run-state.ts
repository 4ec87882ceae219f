import { Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { METRIC_NAMESPACE, STATE_MACHINE_DIMENSION } from '../machine-metric';
import { State } from '../machine-state';
import { jittered, Retrier } from '../retrier';

/** What every run knows, as expressions. */
export const EXECUTION = '$states.context.Execution.Id';
export const MACHINE = '$states.context.StateMachine.Id';
/** In UTC with milliseconds, however it was written by who started the run. */
export const SCHEDULED_TIME = '$scheduledTime';
export const SCHEDULED_MILLIS = '$toMillis($scheduledTime)';
export const FORCED = '$forced';

/** Of tasks that are done in a moment. */
export const STATE_LIMITS = {
  TimeoutSeconds: 30,
  Retry: [jittered({ ErrorEquals: ['States.ALL'], MaxAttempts: 5, IntervalSeconds: 1, MaxDelaySeconds: 30 })],
};

/** Calls a function. */
export function invocation(scope: Construct, fn: lambda.IFunction, payload: Record<string, any>, timeoutSeconds: number, retriers: Retrier[]): State {
  return {
    Type: 'Task',
    Resource: `arn:${Stack.of(scope).partition}:states:::lambda:invoke`,
    Arguments: { FunctionName: fn.functionArn, Payload: payload },
    TimeoutSeconds: timeoutSeconds,
    Retry: retriers,
  };
}

/** Counts one for a machine. A count that fails changes nothing. */
export function countState(scope: Construct, metricName: string, next: string): State {
  return {
    Type: 'Task',
    Resource: `arn:${Stack.of(scope).partition}:states:::aws-sdk:cloudwatch:putMetricData`,
    Arguments: {
      Namespace: METRIC_NAMESPACE,
      MetricData: [{ MetricName: metricName, Value: 1, Unit: 'Count', Dimensions: [{ Name: STATE_MACHINE_DIMENSION, Value: `{% ${MACHINE} %}` }] }],
    },
    ...STATE_LIMITS,
    Catch: [{ ErrorEquals: ['States.ALL'], Next: next }],
    Next: next,
  };
}
