import { Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { Lease } from './lease';
import { RUN_SUCCEEDED, runDefinition, RunWork } from './run-definition';
import { ScheduledRunOptions } from './scheduled-run-options';
import { defineAbsenceAlarm, defineAlarm } from '../alarm';
import { checkKind, DeadLetters } from '../dead-letters';
import { operateGuide } from '../documentation';
import { secondsBetween } from '../duration-range';
import { countingStatement, machineMetric } from '../machine-metric';
import { machineRole, ownStateMachine } from '../state-machine';

/** CloudWatch looks back 7 days, and two hours of them are the margin. */
const LONGEST_EXPECTED = 166;
/** The most that Scheduler tries; `maxEventAge` ends it. */
const ATTEMPTS = 185;

export interface LeasedScheduleProps extends ScheduledRunOptions {
  /** Folder of the pattern. */
  readonly pattern: string;
  readonly schedule: scheduler.ScheduleExpression;
  readonly work: RunWork;
  /** What the work calls. */
  readonly function: lambda.IFunction;
  /** The longest that the work takes before it asks for more time. @default - runs may overlap */
  readonly workSeconds?: number;
}

/** A schedule that starts a state machine, which runs its work while it has the lease. Its parts are children of the pattern. */
export class LeasedSchedule {
  public readonly schedule: scheduler.ISchedule;
  public readonly stateMachine: sfn.StateMachine;
  public readonly deadLetters: DeadLetters;
  public readonly failedAlarm?: cloudwatch.Alarm;
  public readonly missedAlarm?: cloudwatch.Alarm;

  constructor(scope: Construct, props: LeasedScheduleProps) {
    const { encryptionKey, expectedEvery, alarms = {}, enabled = true } = props;
    const guide = operateGuide(props.pattern);
    const expectedHours = expectedEvery && hoursOf(expectedEvery);
    if (props.deadLetterQueue) checkKind('deadLetterQueue', props.deadLetterQueue, false);
    this.deadLetters = new DeadLetters(scope, 'DeadLetters', {
      ...props.deadLetterQueue ? { queue: props.deadLetterQueue } : { encryptionKey }, alarm: alarms.deadLetters, _guide: guide,
    });
    this.stateMachine = runMachine(scope, props, expectedHours !== undefined);
    this.schedule = startedBySchedule(scope, props, this.stateMachine, this.deadLetters);
    this.failedAlarm = defineAlarm(scope, 'Failed', {
      prop: 'failed',
      setting: alarms.failed,
      defaultThreshold: 1,
      defaultPeriodMinutes: 5,
      metric: (options) => this.stateMachine.metricFailed(options),
      meaning: `Runs of ${scope.node.path} failed.`,
      guide,
    });
    if (expectedHours === undefined || !enabled) return;
    const hours = expectedHours + 2; // a run that began late, and one that took its time
    this.missedAlarm = defineAbsenceAlarm(scope, 'Missed', {
      hours,
      metric: (options) => machineMetric(scope, this.stateMachine, RUN_SUCCEEDED, options),
      meaning: `No run of ${scope.node.path} has succeeded for ${hours} hours.`,
      guide,
    });
  }
}

/** The machine, in a role that may do what its states do. */
function runMachine(scope: Construct, props: LeasedScheduleProps, isCounted: boolean): sfn.StateMachine {
  const lease = props.workSeconds === undefined ? undefined : new Lease(scope, props.workSeconds, props.encryptionKey);
  const role = machineRole(scope);
  role.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [props.function.functionArn] }));
  lease?.grant(role);
  if (isCounted) role.addToPrincipalPolicy(countingStatement());
  return ownStateMachine(scope, runDefinition(scope, props.work, lease, isCounted), role, props);
}

/** In a group of its own: Scheduler's metrics have no other dimension, and its role is bounded by it. */
function startedBySchedule(scope: Construct, props: LeasedScheduleProps, machine: sfn.StateMachine, deadLetters: DeadLetters): scheduler.Schedule {
  const { schedule, timeWindow, enabled, encryptionKey, maxEventAge = Duration.hours(1) } = props;
  const ageSeconds = secondsBetween('maxEventAge', maxEventAge, 60, 86_400, 'between 1 minute and 24 hours');
  const scheduleGroup = new scheduler.ScheduleGroup(scope, 'ScheduleGroup');
  const role = new iam.Role(scope, 'ScheduleRole', {
    assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account, 'aws:SourceArn': scheduleGroup.scheduleGroupArn } },
    }),
  });
  role.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['states:StartExecution'], resources: [machine.stateMachineArn] }));
  const send = deadLetters.grantSend(role);
  const made = new scheduler.Schedule(scope, 'Schedule', {
    schedule,
    timeWindow,
    enabled,
    scheduleGroup,
    key: encryptionKey,
    description: `Starts runs of ${scope.node.path}`,
    target: {
      bind: () => ({
        arn: machine.stateMachineArn,
        role,
        input: scheduler.ScheduleTargetInput.fromObject({ scheduledTime: scheduler.ContextAttribute.scheduledTime }),
        deadLetterConfig: { arn: deadLetters.queue.queueArn },
        retryPolicy: { maximumEventAgeInSeconds: ageSeconds, maximumRetryAttempts: ATTEMPTS },
      }),
    },
  });
  send.applyBefore(made); // one that is due at once needs the rights of its role
  return made;
}

function hoursOf(expectedEvery: Duration): number {
  const rule = `between 1 and ${LONGEST_EXPECTED} hours, since CloudWatch looks back 7 days`;
  return Math.ceil(secondsBetween('expectedEvery', expectedEvery, 3600, LONGEST_EXPECTED * 3600, rule) / 3600);
}
