import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { cleanupWork, longestCall } from './cleanup-work';
import { DELETED_ITEMS } from './contract';
import { ScheduledCleanupProps } from './scheduled-cleanup-props';
import { sweeperFunction } from './sweeper-function';
import { checkPlace } from '../../foundation/environment';
import { checkRange } from '../../foundation/input-error';
import { LeasedSchedule } from '../../foundation/leased-schedule/leased-schedule';
import { machineMetric } from '../../foundation/machine-metric';
import { grantStartExecution } from '../../foundation/state-machine';

/**
 * Deletes what is old, on a schedule: only what is proven to be old and was not touched meanwhile, however long it takes, one run at a time.
 *
 * @example
 * import { Duration } from 'aws-cdk-lib';
 * import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
 * import { CleanupTarget, ScheduledCleanup } from 'cdk-serverless-patterns';
 *
 * declare const tempData: dynamodb.TableV2;
 *
 * new ScheduledCleanup(this, 'TempData', { target: CleanupTarget.items(tempData, { timestamp: 'created_at' }), olderThan: Duration.days(30) });
 */
export class ScheduledCleanup extends Construct {
  /**
   * The schedule, in a group of its own.
   */
  public readonly schedule: scheduler.ISchedule;

  /**
   * The state machine that calls the function until there is no more to do. An execution is a run, and its output says what was found and deleted.
   */
  public readonly stateMachine: sfn.IStateMachine;

  /**
   * The function that deletes.
   */
  public readonly function: lambda.IFunction;

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

  constructor(scope: Construct, id: string, props: ScheduledCleanupProps) {
    super(scope, id);
    const { maxDeletes } = props;
    checkPlace(this, 'target', props.target._items.table);
    if (maxDeletes !== undefined) checkRange('maxDeletes', maxDeletes, 1, 1_000_000_000);
    const sweeper = sweeperFunction(this, props);
    this.function = sweeper;
    const made = new LeasedSchedule(this, {
      ...props,
      pattern: 'scheduled-cleanup',
      schedule: props.schedule ?? scheduler.ScheduleExpression.cron({ minute: '0', hour: '3' }),
      function: sweeper,
      work: cleanupWork(this, sweeper, maxDeletes),
      workSeconds: longestCall(),
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
   * Its input may say which time it counts back from: `{ "scheduledTime": "2026-11-10T03:00:00Z" }`. A time that was run before, or that is earlier than one that was,
   * needs `"force": true`, too. Without a time, it counts from now.
   */
  public grantRun(grantee: iam.IGrantable): iam.Grant {
    return grantStartExecution(this, this.stateMachine, grantee);
  }

  /**
   * Number of items that were deleted, the sum over 5 minutes.
   */
  public metricDeleted(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return machineMetric(this, this.stateMachine, DELETED_ITEMS, options);
  }

  /**
   * Number of runs that failed, the sum over 5 minutes.
   */
  public metricFailed(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return this.stateMachine.metricFailed(options);
  }
}
