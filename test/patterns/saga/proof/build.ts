/** Builds the construct of a shape, and reads its machine as Step Functions would get it. */
import { Stack } from 'aws-cdk-lib';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { FINAL } from './attempts';
import { Group, Shape, Step } from './model';
import { Saga, SagaStep, SagaTask } from '../../../../src';
import { aFunction, newStack } from '../../../support/stacks';

export interface State {
  readonly Type: string;
  readonly Retry?: { ErrorEquals: string[]; MaxAttempts?: number }[];
  readonly Catch?: { ErrorEquals: string[]; Next: string }[];
  readonly TimeoutSeconds?: number;
  readonly Parameters?: any;
  readonly Branches?: Machine[];
  readonly Next?: string;
}

export interface Machine {
  readonly StartAt: string;
  readonly States: Record<string, State>;
}

/** The machine as it is deployed. */
export function machineOf(shape: Shape): Machine {
  return sagaOf(shape).deployed;
}

/** And as the construct shows it to tests, with the queue of what is parked. */
export function sagaOf(shape: Shape): { deployed: Machine; shown: Machine; queueUrl: string } {
  const stack = newStack();
  const saga = new Saga(stack, 'Saga', { steps: shape.map((item) => built(stack, item)) });
  const { definitionString } = saga.stateMachine.node.defaultChild as sfn.CfnStateMachine;
  return {
    deployed: JSON.parse(plain(stack, definitionString!)),
    shown: JSON.parse(saga.definition),
    queueUrl: plain(stack, saga.failedCompensations.queueUrl),
  };
}

/** The functions of a step are named after it: `Book` and `UndoBook`. */
function built(stack: Stack, item: Step | Group): SagaStep {
  if ('branches' in item) return SagaStep.parallel(item.name, ...item.branches.map((branch) => SagaStep.sequence(...branch.map((one) => built(stack, one)))));
  const { name, kind, discardResult } = item;
  const action = aFunction(stack, name);
  const options = { finalErrors: [FINAL], discardResult };
  if (kind === 'readOnly') return SagaStep.readOnly(name, SagaTask.invoke(action), 'it only looks', options);
  if (kind === 'pivot') return SagaStep.withoutCompensation(name, SagaTask.invoke(action), 'nothing can undo it', options);
  return SagaStep.invoke(name, action, aFunction(stack, `Undo${name}`), options);
}

const BY_REFERENCE: Record<string, string> = { 'AWS::Partition': 'aws', 'AWS::Region': 'us-east-1', 'AWS::AccountId': '111122223333', 'AWS::URLSuffix': 'amazonaws.com' };

interface Reference {
  readonly 'Ref'?: string;
  readonly 'Fn::GetAtt'?: [string, string];
}

/** What is known at deployment only gets a name of its own: resources are called by their ids. */
function plain(stack: Stack, text: string): string {
  const resolved = stack.resolve(text);
  const parts: (string | Reference)[] = resolved['Fn::Join']?.[1] ?? [resolved];
  return parts.map((part) => (typeof part === 'string' ? part : named(part))).join('');
}

function named({ Ref: reference, 'Fn::GetAtt': attribute }: Reference): string {
  const hash = /[0-9A-F]{8}$/;
  if (attribute) return functionArn(attribute[0].replace(hash, ''));
  return BY_REFERENCE[reference!] ?? `https://sqs.us-east-1.amazonaws.com/111122223333/${reference!.replace(hash, '')}`;
}

export const functionArn = (name: string) => `arn:aws:lambda:us-east-1:111122223333:function:${name}`;
