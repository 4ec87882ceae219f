/** What a schedule of a synthesized template guarantees to its runs, read from it, from the machine that it starts, if it does, and from what is around it. */
import { Guarantees, partsOf, QUEUES, refersTo, resourcesOf, Template, TWO_WEEKS } from './guarantees';
import { catches, definitionOf, longest, MACHINE, retries } from './saga-guarantees';

type State = Record<string, any>;

/** A schedule, and the states of its machine. */
export function jobOf(template: Template) {
  const [stateMachine] = resourcesOf(template, MACHINE);
  const states: Record<string, State> = stateMachine ? definitionOf(template).machine.States : {};
  const all = Object.values(states);
  const updates = all.filter(({ Resource = '' }) => Resource.endsWith(':dynamodb:updateItem'));
  return {
    ...partsOf(template),
    states,
    stateMachine,
    work: all.find(({ Resource = '' }) => Resource.endsWith(':lambda:invoke')),
    claim: updates.find(({ Arguments }) => Arguments.UpdateExpression.includes('SET')),
    releases: updates.filter(({ Arguments }) => Arguments.UpdateExpression.startsWith('REMOVE')),
    schedule: resourcesOf(template, 'AWS::Scheduler::Schedule')[0],
    groups: resourcesOf(template, 'AWS::Scheduler::ScheduleGroup'),
    roles: resourcesOf(template, 'AWS::IAM::Role'),
  };
}

type Job = ReturnType<typeof jobOf>;

const trustOf = ({ roles }: Job, arn: unknown): any[] =>
  roles.filter((role) => refersTo(arn, role)).flatMap(({ AssumeRolePolicyDocument }) => AssumeRolePolicyDocument.Statement);
const watched = ({ alarms }: Job, metric: string, resource?: any) => Boolean(resource) && alarms.some((alarm) =>
  alarm.MetricName === metric && refersTo(alarm.Dimensions, resource) && alarm.AlarmDescription);
const deadLettersOf = ({ queues, schedule }: Job) => queues.find((queue) => refersTo(schedule.Target.DeadLetterConfig, queue));
/** Where a state leads when it ends well or badly, but for the refusal of a lease. */
const ways = ({ states }: Job, { Next, Catch = [] }: State) =>
  [Next, ...Catch.filter(({ ErrorEquals }: State) => !ErrorEquals[0].startsWith('DynamoDB.')).map((way: State) => way.Next)].map((name) => states[name]);

export const JOBS: Guarantees<Job> = {
  'two runs never overlap: a lease is taken on a condition, before the work': (job) =>
    Boolean(job.claim && job.states[job.claim.Next] === job.work && job.claim.Arguments.ConditionExpression.includes('heldUntil < :now')),

  'a time that is delivered twice is run once': ({ claim, schedule }) =>
    JSON.stringify(claim?.Arguments.ExpressionAttributeValues ?? {}).includes('$scheduledTime') && schedule.Target.Input.includes('<aws.scheduler.scheduled-time>'),

  'what is skipped says why': ({ states, claim }) =>
    claim && JSON.stringify(states[catches(claim, 'DynamoDB.ConditionalCheckFailedException')?.Next]?.Output ?? '').includes('skipped'),

  'the lease is given back on every way out': (job) =>
    job.claim && [job.claim, job.work!].flatMap((state) => ways(job, state)).every((next) => next === job.work || job.releases.includes(next)),

  'a lease that was left runs out, after the longest that a run may take': ({ claim, work }) => {
    if (!claim) return undefined;
    const [, millis] = /\+ (\d+)/.exec(claim.Arguments.ExpressionAttributeValues[':until'].N) ?? [];
    return Number(millis) >= (longest(work!) + longest(claim)) * 1000;
  },

  // called by Scheduler itself, Lambda tries what failed twice again, and what is throttled for hours
  'a run that failed is tried again': ({ work }) => !work || retries(work, 'States.ALL'),

  'a throttled function is called again': ({ work }) => !work || retries(work, 'Lambda.TooManyRequestsException'),

  'also the error is caught that `States.ALL` has not': ({ work }) => work && Boolean(catches(work, 'States.DataLimitExceeded')),

  'the task has a timeout, longer than the function\'s': ({ work, functions }) => work && work.TimeoutSeconds > functions[0].Timeout,

  'runs that failed raise an alarm, which has a description': (job) => watched(job, 'ExecutionsFailed', job.stateMachine),

  'what could not be started is kept for 14 days': (job) => deadLettersOf(job)?.MessageRetentionPeriod === TWO_WEEKS,

  'and raises an alarm, which has a description': (job) => watched(job, 'ApproximateNumberOfMessagesVisible', deadLettersOf(job)),

  'a run does not start a day late': ({ schedule }) => schedule.Target.RetryPolicy.MaximumEventAgeInSeconds < 86_400,

  'a run by hand for a time in the future is refused': ({ stateMachine, states }) => stateMachine && JSON.stringify(states).includes('ScheduledTimeInFuture'),

  'Scheduler\'s role is for this schedule\'s group only': (job) => job.groups.some((group) => job.schedule.GroupName
    && trustOf(job, job.schedule.Target.RoleArn).every(({ Condition }) => refersTo(Condition?.StringEquals?.['aws:SourceArn'], group))),

  'the machine\'s role is for machines of this account only': (job) => job.stateMachine
    && trustOf(job, job.stateMachine.RoleArn).every(({ Condition }) => Condition?.StringEquals?.['aws:SourceAccount']),

  'failures of the machine are logged, without inputs and results': ({ stateMachine }) => stateMachine
    && stateMachine.LoggingConfiguration?.Level === 'ERROR' && stateMachine.LoggingConfiguration.IncludeExecutionData === false,

  'runs are traced': ({ stateMachine }) => Boolean(stateMachine?.TracingConfiguration?.Enabled),

  ...QUEUES,
};
