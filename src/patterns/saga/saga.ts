import { Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { bindStep, BoundStep } from './bound-step';
import { checkPlan, checkQueues } from './check-plan';
import { sagaStates } from './definition';
import { machineTimeout } from './machine-timeout';
import { plainStates } from './plain-definition';
import { isParkable, mapSteps, stepsOf } from './plan';
import { COMPENSATED, COMPENSATION_FAILED } from './saga-metrics';
import { SagaProps } from './saga-props';
import { watchUncaught } from './uncaught-executions';
import { defineAlarm } from '../../foundation/alarm';
import { AlarmSetting } from '../../foundation/alarm-setting';
import { checkKind, DeadLetters } from '../../foundation/dead-letters';
import { operateGuide } from '../../foundation/documentation';
import { countingStatement, machineMetric } from '../../foundation/machine-metric';
import { grantStartExecution, machineRole, ownStateMachine } from '../../foundation/state-machine';

const GUIDE = operateGuide('saga');

/**
 * A transaction over services: steps, each with what undoes it. When one fails, it and those before it are undone in reverse order, and what cannot be undone is
 * kept for repair.
 *
 * @example
 * import * as lambda from 'aws-cdk-lib/aws-lambda';
 * import { Saga, SagaStep, SagaTask } from 'cdk-serverless-patterns';
 *
 * declare const reserve: lambda.Function;
 * declare const release: lambda.Function;
 * declare const charge: lambda.Function;
 * declare const refund: lambda.Function;
 * declare const ship: lambda.Function;
 *
 * new Saga(this, 'OrderSaga', {
 *   steps: [
 *     SagaStep.invoke('ReserveInventory', reserve, release),
 *     SagaStep.invoke('ProcessPayment', charge, refund, { finalErrors: ['CardDeclined'] }),
 *     SagaStep.withoutCompensation('ShipOrder', SagaTask.invoke(ship), 'what is on its way does not come back'),
 *   ],
 * });
 */
export class Saga extends Construct {
  /**
   * The state machine.
   */
  public readonly stateMachine: sfn.IStateMachine;

  /**
   * Where a message waits for each step that could not be undone: what its compensation was called with, so that it can be called again.
   */
  public readonly failedCompensations: sqs.IQueue;

  /**
   * Where EventBridge's event waits for each execution that ended without compensation: aborted, timed out, or by an error that nothing can catch.
   */
  public readonly uncaughtExecutions: sqs.IQueue;

  /**
   * The state machine in Amazon States Language as JSON, without what is known at deployment only: for tests of your own, without AWS. A function is named after the
   * state that calls it.
   */
  public readonly definition: string;

  /**
   * The alarm of compensations that failed, where there is one.
   */
  public readonly compensationFailedAlarm?: cloudwatch.Alarm;

  /**
   * The alarm of executions in `uncaughtExecutions`, where there is one.
   */
  public readonly uncaughtAlarm?: cloudwatch.Alarm;

  /**
   * The alarm of executions that were undone, where there is one.
   */
  public readonly compensatedAlarm?: cloudwatch.Alarm;

  constructor(scope: Construct, id: string, props: SagaProps) {
    super(scope, id);
    const { partition } = Stack.of(this);
    const { alarms = {} } = props;
    const plan = props.steps.flatMap(({ _plan }) => _plan);
    checkPlan(plan);
    checkQueues(props);

    const keep = (queueId: string, prop: string, queue?: sqs.IQueue, alarm?: AlarmSetting) => {
      if (queue) checkKind(prop, queue, false);
      return new DeadLetters(this, queueId, { ...queue ? { queue } : { encryptionKey: props.encryptionKey }, alarm, _guide: GUIDE });
    };
    const failed = keep('FailedCompensations', 'failedCompensations', props.failedCompensations, alarms.compensationFailed);
    this.failedCompensations = failed.queue;
    this.compensationFailedAlarm = failed.alarm;
    const uncaught = keep('UncaughtExecutions', 'uncaughtExecutions', props.uncaughtExecutions, alarms.uncaught);
    this.uncaughtExecutions = uncaught.queue;
    this.uncaughtAlarm = uncaught.alarm;

    const tasks = new Construct(this, 'Steps');
    const items = mapSteps(plan, (step) => bindStep(tasks, step));
    const states = sagaStates(items, { partition, parkingQueueUrl: this.failedCompensations.queueUrl });
    const machine = { StartAt: 'Begin saga', TimeoutSeconds: machineTimeout(states, props.timeout) };
    this.definition = JSON.stringify({ ...machine, States: plainStates(states, partition) });
    this.stateMachine = ownStateMachine(this, { ...machine, States: states }, this.machineRole(stepsOf(items), failed), props);
    watchUncaught(this, this.stateMachine, uncaught, alarms.uncaught, GUIDE);
    this.compensatedAlarm = defineAlarm(this, 'Compensated', {
      prop: 'compensated',
      setting: alarms.compensated,
      defaultPeriodMinutes: 5,
      metric: (options) => this.metricCompensated(options),
      meaning: `Executions of ${this.node.path} failed and were undone.`,
      guide: GUIDE,
    });
  }

  /**
   * Lets a function, role or user start executions.
   *
   * Who starts names the execution after its business id: a name is used once. Standard executions keep theirs for 90 days.
   */
  public grantStart(grantee: iam.IGrantable): iam.Grant {
    return grantStartExecution(this, this.stateMachine, grantee);
  }

  /**
   * Number of executions that were started, the sum over 5 minutes.
   */
  public metricStarted(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return this.stateMachine.metricStarted(options);
  }

  /**
   * Number of executions that succeeded, the sum over 5 minutes.
   */
  public metricSucceeded(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return this.stateMachine.metricSucceeded(options);
  }

  /**
   * Number of executions that failed and were undone, the sum over 5 minutes.
   */
  public metricCompensated(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return this.ownMetric(COMPENSATED, options);
  }

  /**
   * Number of executions that failed and of which something is parked, the sum over 5 minutes.
   */
  public metricCompensationFailed(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return this.ownMetric(COMPENSATION_FAILED, options);
  }

  private ownMetric(metricName: string, options: cloudwatch.MetricOptions): cloudwatch.Metric {
    return machineMetric(this, this.stateMachine, metricName, options);
  }

  /** What its tasks need, and no more. */
  private machineRole(steps: BoundStep[], failed: DeadLetters): iam.Role {
    const role = machineRole(this);
    for (const { action, compensation } of steps) {
      for (const statement of [action, compensation].flatMap((task) => task?.policyStatements ?? [])) role.addToPrincipalPolicy(statement);
    }
    if (steps.some(isParkable)) failed.grantSend(role);
    role.addToPrincipalPolicy(countingStatement());
    return role;
  }
}
