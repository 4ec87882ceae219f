import { Duration, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { FunctionTask } from './function-task';
import { PlannedStep } from './plan';
import { actionRetriers, checkFinal, compensationRetriers, wholeSeconds } from './retriers';
import { ISagaTask } from './saga-task';
import { actionKey, eventOf, keyOf } from './task-event';
import { functionTimeout, taskSeconds } from '../../foundation/defined-function';
import { inOrder } from '../../foundation/in-order';
import { inputError } from '../../foundation/input-error';
import { Retrier } from '../../foundation/retrier';

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
  /** By which the compensation says that there is nothing to undo. */
  readonly nothingToUndo: string[];
  readonly discardResult: boolean;
}

/** What is taken from a task; the saga sets the others. */
const TASK_FIELDS = ['Type', 'Comment', 'Resource', 'Parameters', 'HeartbeatSeconds', 'Credentials', 'End'];

export function bindStep(scope: Construct, planned: PlannedStep): BoundStep {
  try {
    return bound(scope, planned);
  } catch (error) {
    throw new Error(`${(error as Error).message} (step ${planned.name})`);
  }
}

function bound(scope: Construct, { name, action, compensation, isPivot = false, reason, options }: PlannedStep): BoundStep {
  const { finalErrors = [], nothingToUndo = [], discardResult = false } = options;
  checkFinal('finalErrors', finalErrors);
  checkFinal('nothingToUndo', nothingToUndo);
  const own = new Construct(scope, name);
  const doing = bindTask(new Construct(own, 'Action'), name, 'action', action, options.timeout, actionRetriers(finalErrors, options.retry));
  const undoing = compensation && bindTask(
    new Construct(own, 'Compensation'), name, 'compensation', compensation, options.compensationTimeout, compensationRetriers(nothingToUndo, options.compensationRetry),
  );
  checkErrorNames('finalErrors', finalErrors, doing);
  checkErrorNames('errors', options.retry?.errors ?? [], doing);
  if (undoing) checkErrorNames('nothingToUndo', nothingToUndo, undoing);
  return { name, isPivot, reason, finalErrors, nothingToUndo, discardResult, action: doing, compensation: undoing };
}

function bindTask(
  scope: Construct, stepName: string, kind: 'action' | 'compensation', task: ISagaTask, timeout: Duration | undefined, retriers: Retrier[],
): BoundTask {
  const handler = task instanceof FunctionTask ? task.handler : undefined;
  const prop = kind === 'action' ? 'timeout' : 'compensationTimeout';
  const handlerTimeout = handler && functionTimeout(handler);
  const timeoutSeconds = timeout ? wholeSeconds(prop, timeout) : handler ? taskSeconds(handlerTimeout) : 60;
  const functionSeconds = handlerTimeout?.toSeconds();
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
  if (!timeout && /\.(sync(:\d)?|waitForTaskToken)$/.test(fields.Resource)) {
    throw inputError(prop, `of ${stepName} must be given: its task waits for work whose length only you know`, timeout);
  }
  return {
    fields: handler ? fields : inOrder(fields),
    timeoutSeconds,
    retriers,
    resultPath: handler ? '$.Payload' : fields.Resource.endsWith(':states:startExecution.sync:2') ? '$.Output' : '$',
    functionArn: handler?.functionArn,
    policyStatements: graph.policyStatements,
  };
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
    throw inputError('bind', `must return a task with a heartbeatTimeout for ${what}, which waits for a task token`, undefined);
  }
  if (fields.HeartbeatSeconds >= timeoutSeconds) {
    throw inputError('bind', `must return a task whose heartbeatTimeout is shorter than the timeout of ${what}, ${timeoutSeconds} seconds`, fields.HeartbeatSeconds);
  }
  const { Type, End, ...own } = fields;
  return own;
}

/** The CDK's own task has retries unless told otherwise. */
function hintFor(field: string): string {
  return field === 'Retry' ? ' (LambdaInvoke has none with retryOnServiceExceptions: false)' : '';
}

/** Step Functions spells the errors of DynamoDB in two ways, and one that is misspelled, or has no prefix, matches nothing. */
function checkErrorNames(prop: string, names: string[], { fields: { Resource } }: BoundTask): void {
  if (!/:(aws-sdk:)?dynamodb:/.test(Resource)) return;
  const spelled = Resource.includes(':aws-sdk:') ? 'DynamoDb.' : 'DynamoDB.';
  const wrong = names.find((name) => !Token.isUnresolved(name) && !name.startsWith(spelled));
  if (wrong !== undefined) throw inputError(prop, `must begin with '${spelled}' for this task`, wrong);
}
