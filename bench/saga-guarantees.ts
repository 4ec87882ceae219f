/** What the machine of a synthesized saga guarantees, read from its definition and what is around it. */
import { every, Guarantees, partsOf, QUEUES, refersTo, resourcesOf, Template, TWO_WEEKS } from './guarantees';

type State = Record<string, any>;

export const MACHINE = 'AWS::StepFunctions::StateMachine';

/** The text of a value of a template; a resource is called by its id. */
function textOf(value: any): string {
  if (typeof value === 'string') return value;
  const [[kind, inner]]: [string, any][] = Object.entries(value);
  return kind === 'Fn::Join' ? inner[1].map(textOf).join('') : [inner].flat()[0];
}

/** The definition of a template's only machine. */
export function definitionOf(template: Template): { text: string; machine: State } {
  const text = textOf(resourcesOf(template, MACHINE)[0].DefinitionString);
  return { text, machine: JSON.parse(text) };
}

/** All states of a machine, also those in groups. */
export function statesOf({ States }: State): State[] {
  return Object.values<State>(States).flatMap((state) => [state, ...(state.Branches ?? []).flatMap(statesOf)]);
}

/** A machine without groups, its way forward and its way back. */
export function sagaOf(template: Template) {
  const { machine } = definitionOf(template);
  const way = (from?: string): State[] => from ? [machine.States[from], ...way(machine.States[from].Next ?? machine.States[from].Default)] : [];
  const calls = (from?: string) => way(from).filter(({ Resource = '' }) => Resource.endsWith(':lambda:invoke'));
  const actions = calls(machine.StartAt);
  return {
    ...partsOf(template),
    machine,
    states: statesOf(machine),
    calls,
    actions,
    compensations: calls(actions.at(-1)!.Catch?.[0].Next),
    stateMachine: resourcesOf(template, MACHINE)[0],
    rules: resourcesOf(template, 'AWS::Events::Rule'),
    roles: resourcesOf(template, 'AWS::IAM::Role'),
  };
}

type Saga = ReturnType<typeof sagaOf>;

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
const patient = ({ JitterStrategy, MaxDelaySeconds }: State) => JitterStrategy === 'FULL' && MaxDelaySeconds > 0;
export const retries = ({ Retry = [] }: State, error: string): boolean =>
  Retry.some((retrier: State) => retrier.ErrorEquals.includes(error) && patient(retrier));
export const catches = ({ Catch = [] }: State, error: string): State | undefined =>
  Catch.find(({ ErrorEquals }: State) => ErrorEquals.includes(error));
const tasksOf = (states: State[]) => states.filter(({ Type }) => Type === 'Task');
const endsOf = (states: State[]) => states.filter(({ Type }) => Type === 'Fail');
const keep = (queues: any[], value: unknown) => queues.some((queue) => refersTo(value, queue) && queue.MessageRetentionPeriod === TWO_WEEKS);

/** The longest that a state may take, as if every attempt failed in the last moment. */
export function longest({ TimeoutSeconds = Infinity, Retry = [] }: State): number {
  const waits = Retry.flatMap(({ MaxAttempts = 3, IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds = Infinity }: State) =>
    Array.from({ length: MaxAttempts }, (_, n) => Math.min(IntervalSeconds * BackoffRate ** n, MaxDelaySeconds)));
  return TimeoutSeconds * (1 + waits.length) + waits.reduce((sum: number, wait: number) => sum + wait, 0);
}

export const SAGAS: Guarantees<Saga> = {
  'a step that fails is undone, then those before it in reverse order': ({ actions, compensations, calls }) => every(actions, (action) => {
    const undone = compensations.slice(-1 - actions.indexOf(action));
    return compensations.length === actions.length && action.Catch?.every(({ Next }: State) => same(calls(Next), undone));
  }),

  'also after the error that `States.ALL` has not': ({ actions }) => every(actions, (action) =>
    Boolean(catches(action, 'States.ALL') && catches(action, 'States.DataLimitExceeded'))),

  'a throttled action is tried again, after waits with jitter': ({ actions }) => every(actions, (action) =>
    retries(action, 'Lambda.TooManyRequestsException')),

  'a compensation is tried again, after waits with jitter': ({ compensations }) => every(compensations, (state) => retries(state, 'States.ALL')),

  'a compensation that fails stops no other': ({ compensations, calls }) => every(compensations, (compensation) =>
    Boolean(compensation.Catch) && same(calls(catches(compensation, 'States.ALL')?.Next), calls(compensation.Next))),

  'what could not be undone is kept for 14 days': ({ compensations, machine, queues }) => every(compensations, (compensation) => {
    const parking = machine.States[catches(compensation, 'States.ALL')?.Next];
    return parking?.Resource.endsWith(':sqs:sendMessage') && queues.some(({ id, MessageRetentionPeriod }) =>
      parking.Parameters.QueueUrl === id && MessageRetentionPeriod === TWO_WEEKS);
  }),

  'a call has a key that no other has, the same in its retries': ({ actions, compensations }) => {
    const keys = [...actions, ...compensations].map(({ Parameters }) => Parameters.Payload?.['idempotencyKey.$']);
    return keys.every((key) => key?.includes('$$.Execution.')) && new Set(keys).size === keys.length;
  },

  'a compensation gets the key of what it undoes': ({ actions, compensations }) => every(compensations, ({ Parameters }) =>
    actions.some((action) => action.Parameters.Payload?.['idempotencyKey.$'] !== undefined
      && action.Parameters.Payload['idempotencyKey.$'] === Parameters.Payload?.['actionKey.$'])),

  'a task has a timeout, longer than its function\'s': ({ states, functions }) => every(tasksOf(states), ({ TimeoutSeconds, Parameters }) =>
    TimeoutSeconds > (functions.find(({ id }) => Parameters.FunctionName === id)?.Timeout ?? 0)),

  'the machine has a timeout, longer than all retries there and back': ({ states, machine }) =>
    machine.TimeoutSeconds >= tasksOf(states).reduce((sum, state) => sum + longest(state), 0),

  'a failed execution says whether all is undone': ({ states }) => new Set(endsOf(states).map(({ Error }) => Error)).size > 1,

  'a failed execution says what happened': ({ states }) => every(endsOf(states), ({ CausePath }) => Boolean(CausePath)),

  'executions that ended without compensation are kept for 14 days': ({ rules, stateMachine, queues }) => ['TIMED_OUT', 'ABORTED', 'FAILED'].every((status) =>
    rules.some(({ EventPattern, Targets }) => EventPattern.source?.includes('aws.states') && refersTo(EventPattern.detail.stateMachineArn, stateMachine)
      && JSON.stringify(EventPattern.detail).includes(status) && keep(queues, Targets))),

  'those of which EventBridge lost the event raise an alarm, too': ({ alarms, stateMachine }) => ['ExecutionsAborted', 'ExecutionsTimedOut'].every((metric) =>
    alarms.some(({ MetricName, Dimensions }) => MetricName === metric && refersTo(Dimensions, stateMachine))),

  'a queue raises an alarm, which has a description': ({ queues, alarms }) => queues.length > 0 && queues.every((queue) => alarms.some((alarm) =>
    refersTo(alarm.Dimensions, queue) && alarm.TreatMissingData === 'notBreaching' && alarm.AlarmDescription)),

  'failures are logged, without inputs and results': ({ stateMachine: { LoggingConfiguration: logging } }) =>
    logging?.Level === 'ERROR' && logging.IncludeExecutionData === false,

  'executions are traced': ({ stateMachine }) => Boolean(stateMachine.TracingConfiguration?.Enabled),

  'the role is for machines of this account only': ({ roles, stateMachine }) => roles.some((role) => refersTo(stateMachine.RoleArn, role)
    && role.AssumeRolePolicyDocument.Statement.every(({ Condition }: any) => Condition?.StringEquals?.['aws:SourceAccount'])),

  ...QUEUES,
};
