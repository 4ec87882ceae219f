import { Duration, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { FunctionTask } from './function-task';
import { PlannedStep } from './plan';
import { actionRetriers, checkErrors, compensationRetriers, Retrier, wholeSeconds } from './retriers';
import { ISagaTask } from './saga-task';
import { actionKey, eventOf, keyOf } from './task-event';
import { functionTimeout } from '../../foundation/defined-function';
import { inOrder } from '../../foundation/in-order';
import { inputError } from '../../foundation/input-error';

/** What a task is in Amazon States Language, without the way from it. */
export interface BoundTask {
  readonly fields: Record<string, any>;
  readonly timeoutSeconds: number;
  readonly retriers: Retrier[];
  /** Where the task has its result. */
  readonly resultPath: string;
  /** ARN of the function that it calls. */
  readonly functionArn?: string;
  readonly policyStatements: iam.PolicyStatement[];
}

export interface BoundStep {
  readonly name: string;
  readonly action: BoundTask;
  readonly compensation?: BoundTask;
  readonly isPivot: boolean;
  readonly reason?: string;
  readonly finalErrors: string[];
  readonly discardResult: boolean;
}

/** Lambda's greatest timeout, for a function whose own cannot be seen. */
const LONGEST_FUNCTION = 900;
/** Between a function's timeout and that of its task, which begins earlier. */
const MARGIN = 10;
/** What is taken from a task; the saga sets the others. */
const TASK_FIELDS = ['Type', 'Comment', 'Resource', 'Parameters', 'HeartbeatSeconds', 'Credentials', 'End'];

export function bindStep(scope: Construct, { name, action, compensation, isPivot = false, reason, options }: PlannedStep): BoundStep {
  const { finalErrors = [], timeout, retry, discardResult = false, compensationTimeout, compensationRetry } = options;
  checkErrors('finalErrors', finalErrors);
  const own = new Construct(scope, name);
  const bound = bindTask(new Construct(own, 'Action'), name, 'action', action, timeout, actionRetriers(finalErrors, retry));
  checkErrorNames(finalErrors, bound.fields.Resource);
  return {
    name,
    isPivot,
    reason,
    finalErrors,
    discardResult,
    action: bound,
    compensation: compensation
      && bindTask(new Construct(own, 'Compensation'), name, 'compensation', compensation, compensationTimeout, compensationRetriers(compensationRetry)),
  };
}

function bindTask(
  scope: Construct, stepName: string, kind: 'action' | 'compensation', task: ISagaTask, timeout: Duration | undefined, retriers: Retrier[],
): BoundTask {
  const handler = task instanceof FunctionTask ? task.handler : undefined;
  const prop = kind === 'action' ? 'timeout' : 'compensationTimeout';
  const timeoutSeconds = timeout ? wholeSeconds(prop, timeout) : handler ? seconds(functionTimeout(handler)) + MARGIN : 60;
  const functionSeconds = handler && functionTimeout(handler)?.toSeconds();
  if (functionSeconds !== undefined && !Token.isUnresolved(timeoutSeconds) && timeoutSeconds <= functionSeconds) {
    throw inputError(prop, `of ${stepName} must be longer than the timeout of its function, ${functionSeconds} seconds`, `${timeoutSeconds} seconds`);
  }
  const state = task.bind(scope, {
    stepName,
    payload: sfn.TaskInput.fromObject(eventOf(stepName, kind)),
    idempotencyKey: keyOf(stepName, kind),
    actionKey: kind === 'compensation' ? actionKey(stepName) : undefined,
    timeout: Duration.seconds(timeoutSeconds),
  });
  const graph = new sfn.StateGraph(state.startState, `${kind} of ${stepName}`);
  const fields = taskFields(graph, `the ${kind} of ${stepName}`, timeoutSeconds);
  return {
    fields: handler ? fields : inOrder(fields),
    timeoutSeconds,
    retriers,
    resultPath: handler ? '$.Payload' : '$',
    functionArn: handler?.functionArn,
    policyStatements: graph.policyStatements,
  };
}

function seconds(timeout?: Duration): number {
  return timeout?.toSeconds() ?? LONGEST_FUNCTION;
}

/** What the task does; what it says about its way, its result or its failures would be a second opinion. */
function taskFields(graph: sfn.StateGraph, what: string, timeoutSeconds: number): Record<string, any> {
  const { States } = graph.toGraphJson(sfn.QueryLanguage.JSON_PATH) as { States: Record<string, Record<string, any>> };
  const [state, ...others] = Object.values(States);
  if (others.length > 0) throw inputError('bind', `must return a single task for ${what}, without a next one`, Object.keys(States).join(', '));
  const { TimeoutSeconds = timeoutSeconds, ...fields } = Object.fromEntries(Object.entries(state).filter(([, value]) => value !== undefined));
  if (TimeoutSeconds !== timeoutSeconds) throw inputError('bind', `must leave the timeout of ${what} to the step, or take the context's`, TimeoutSeconds);
  const foreign = Object.keys(fields).find((field) => !TASK_FIELDS.includes(field));
  if (foreign) throw inputError('bind', `must return a task of ${TASK_FIELDS.slice(1, -1).join(', ')} for ${what}: the saga sets the rest${hintFor(foreign)}`, foreign);
  if (`${fields.Resource}`.endsWith('.waitForTaskToken') && fields.HeartbeatSeconds === undefined) {
    throw inputError('bind', `must return a task with a heartbeatTimeout for ${what}, which waits for a task token`, fields.Resource);
  }
  const { Type, End, ...own } = fields;
  return own;
}

/** The CDK's own task has retries unless told otherwise. */
function hintFor(field: string): string {
  return field === 'Retry' ? ' (LambdaInvoke has none with retryOnServiceExceptions: false)' : '';
}

/** Step Functions spells the errors of DynamoDB in two ways, and one that is misspelled matches nothing. */
function checkErrorNames(finalErrors: string[], resource: string): void {
  const spelled = resource.includes(':aws-sdk:') ? 'DynamoDb.' : 'DynamoDB.';
  const wrong = finalErrors.find((name) => /^dynamodb\./i.test(name) && !name.startsWith(spelled));
  if (wrong) throw inputError('finalErrors', `must begin with '${spelled}' for this task`, wrong);
}
