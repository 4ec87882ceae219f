import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { jobWork } from './job-work';
import { OverlapPolicy, ScheduledJobProps } from './scheduled-job-props';
import { checkPlace } from '../../foundation/environment';
import { LeasedSchedule } from '../../foundation/leased-schedule/leased-schedule';
import { grantStartExecution } from '../../foundation/state-machine';

/**
 * A function that runs on a schedule, one run at a time: a time that is delivered twice is run once, a run that fails is tried again and heard of.
 *
 * @example
 * import * as lambda from 'aws-cdk-lib/aws-lambda';
 * import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
 * import { ScheduledJob } from 'cdk-serverless-patterns';
 *
 * declare const report: lambda.Function;
 *
 * new ScheduledJob(this, 'NightlyReport', { function: report, schedule: ScheduleExpression.cron({ minute: '0', hour: '3' }) });
 */
export class ScheduledJob extends Construct {
  /**
   * The schedule, in a group of its own.
   */
  public readonly schedule: scheduler.ISchedule;

  /**
   * The state machine that runs the function. An execution is a run.
   */
  public readonly stateMachine: sfn.IStateMachine;

  /**
   * Where the input of each run waits that could not be started.
   */
  public readonly deadLetterQueue: sqs.IQueue;

  /**
   * The alarm of runs that failed, where there is one.
   */
  public readonly failedAlarm?: cloudwatch.Alarm;

  /**
   * The alarm of runs that did not succeed in time, where there is one.
   */
  public readonly missedAlarm?: cloudwatch.Alarm;

  /**
   * The alarm of runs that could not be started, where there is one.
   */
  public readonly deadLettersAlarm?: cloudwatch.Alarm;

  constructor(scope: Construct, id: string, props: ScheduledJobProps) {
    super(scope, id);
    checkPlace(this, 'function', props.function);
    const { work, seconds } = jobWork(this, props);
    const made = new LeasedSchedule(this, {
      ...props, pattern: 'scheduled-job', work, workSeconds: props.overlap === OverlapPolicy.ALLOW ? undefined : seconds,
    });
    this.schedule = made.schedule;
    this.stateMachine = made.stateMachine;
    this.deadLetterQueue = made.deadLetters.queue;
    this.failedAlarm = made.failedAlarm;
    this.missedAlarm = made.missedAlarm;
    this.deadLettersAlarm = made.deadLetters.alarm;
  }

  /**
   * Lets a function, role or user start a run by hand.
   *
   * Its input may say which time it is for: `{ "scheduledTime": "2026-11-10T03:00:00Z" }`. A time that was run before, or that is earlier than one that was, needs
   * `"force": true`, too. Without a time, it is for now.
   */
  public grantRun(grantee: iam.IGrantable): iam.Grant {
    return grantStartExecution(this, this.stateMachine, grantee);
  }

  /**
   * Number of runs that failed, the sum over 5 minutes.
   */
  public metricFailed(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return this.stateMachine.metricFailed(options);
  }

  /**
   * Number of runs that succeeded, and of those that were skipped, the sum over 5 minutes.
   */
  public metricSucceeded(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return this.stateMachine.metricSucceeded(options);
  }
}
