import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { BoundStep, BoundTask } from './bound-step';
import { eventOf } from './task-event';
import { METRIC_NAMESPACE, STATE_MACHINE_DIMENSION } from '../../foundation/machine-metric';
import { catchAll, State } from '../../foundation/machine-state';
import { jittered } from '../../foundation/retrier';

/** Where a saga's machine runs and parks. */
export interface Surroundings {
  readonly partition: string;
  readonly parkingQueueUrl: string;
}

/** After the effect: the step is undone. */
const TOO_LARGE = ['States.DataLimitExceeded', 'Function.ResponseSizeTooLarge'];
const PARKING_SECONDS = 60;

/** Where an action goes: on, or back. */
export interface Ways { readonly next: string; readonly failed: string; readonly unknown: string }

export function actionState({ name, action, reason, finalErrors, discardResult }: BoundStep, ways: Ways): State {
  const caught = (ErrorEquals: string[], kind: 'failed' | 'unknown') => ({ ErrorEquals, ResultPath: `$.error.${kind}.${name}`, Next: ways[kind] });
  return {
    ...task(action),
    ...reason && { Comment: reason },
    ResultSelector: discardResult ? { discarded: true } : { 'value.$': action.resultPath },
    ResultPath: `$.results.${name}`,
    Retry: action.retriers,
    Catch: [
      ...finalErrors.length > 0 ? [caught(finalErrors, 'failed')] : [],
      caught(TOO_LARGE, 'unknown'),
      caught(['States.ALL'], 'unknown'),
    ],
    Next: ways.next,
  };
}

export function compensationState(name: string, compensation: BoundTask, nothingToUndo: string[], next: string): State {
  return {
    ...task(compensation),
    ResultPath: null,
    Retry: compensation.retriers,
    Catch: [
      ...nothingToUndo.length > 0 ? [{ ErrorEquals: nothingToUndo, ResultPath: null, Next: next }] : [],
      ...catchAll({ ResultPath: `$.error.parked.${name}`, Next: parkingName(name) }),
    ],
    Next: next,
  };
}

/** Keeps what could not be undone, so that it can be handed to its compensation as it is; a step without one is for a person. */
export function parkingState({ name, compensation }: BoundStep, { partition, parkingQueueUrl }: Surroundings, next: string): State {
  const { functionArn } = compensation ?? {};
  const { idempotencyKey, ...event } = eventOf(name, 'compensation');
  return {
    Type: 'Task',
    Resource: `arn:${partition}:states:::sqs:sendMessage`,
    Parameters: sfn.FieldUtils.renderObject({
      QueueUrl: parkingQueueUrl,
      MessageBody: compensation
        ? { ...event, idempotencyKey, compensationError: sfn.JsonPath.stringAt(`$.error.parked.${name}`) }
        : { ...event, actionError: sfn.JsonPath.stringAt(`$.error.unknown.${name}`) },
      ...functionArn && { MessageAttributes: { function: { DataType: 'String', StringValue: functionArn } } },
    }),
    TimeoutSeconds: PARKING_SECONDS,
    ResultPath: null,
    Retry: [jittered({ ErrorEquals: ['States.ALL'], MaxAttempts: 10, IntervalSeconds: 2, MaxDelaySeconds: 300 })],
    Catch: catchAll({ ResultPath: `$.error.lost.${name}`, Next: next }),
    Next: next,
  };
}

/** Counts an end that Step Functions does not tell apart. A count that fails changes nothing. */
export function countState(metricName: string, { partition }: Surroundings, next: string): State {
  return {
    Type: 'Task',
    Resource: `arn:${partition}:states:::aws-sdk:cloudwatch:putMetricData`,
    Parameters: {
      Namespace: METRIC_NAMESPACE,
      MetricData: [{ MetricName: metricName, Value: 1, Unit: 'Count', Dimensions: [{ 'Name': STATE_MACHINE_DIMENSION, 'Value.$': '$$.StateMachine.Id' }] }],
    },
    TimeoutSeconds: 10,
    ResultPath: null,
    Retry: [jittered({ ErrorEquals: ['States.ALL'], MaxAttempts: 3, IntervalSeconds: 1, MaxDelaySeconds: 10 })],
    Catch: catchAll({ ResultPath: null, Next: next }),
    Next: next,
  };
}

export const undoName = (name: string) => `Undo ${name}`;
export const parkingName = (name: string) => `Park ${name}`;

function task({ fields, timeoutSeconds }: BoundTask): State {
  return { Type: 'Task', ...fields, TimeoutSeconds: timeoutSeconds };
}
