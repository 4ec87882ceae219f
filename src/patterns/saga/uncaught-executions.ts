import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { COMPENSATION_FAILED_ERROR, SAGA_FAILED } from './definition';
import { defineAlarm } from '../../foundation/alarm';
import { AlarmSetting } from '../../foundation/alarm-setting';
import { DeadLetters } from '../../foundation/dead-letters';

/**
 * Keeps executions that ended without compensation: those that were aborted or timed out, and those that failed with an error that nothing can catch.
 *
 * EventBridge's events of Step Functions are a best effort, so what Step Functions itself counts raises an alarm too.
 */
export function watchUncaught(
  scope: Construct, stateMachine: sfn.IStateMachine, uncaught: DeadLetters, setting: AlarmSetting | undefined, guide: string,
): void {
  const rule = new events.Rule(scope, 'Uncaught', {
    description: `Executions of ${scope.node.path} that ended without compensation`,
    eventPattern: {
      source: ['aws.states'],
      detailType: ['Step Functions Execution Status Change'],
      detail: {
        stateMachineArn: [stateMachine.stateMachineArn],
        $or: [
          { status: ['TIMED_OUT', 'ABORTED'] },
          { status: ['FAILED'], error: [{ 'anything-but': [SAGA_FAILED, COMPENSATION_FAILED_ERROR] }] },
          { status: ['FAILED'], error: [{ exists: false }] },
        ],
      },
    },
  });
  uncaught.allowSender(new iam.ServicePrincipal('events.amazonaws.com'), rule.ruleArn);
  rule.addTarget({ bind: () => ({ arn: uncaught.queue.queueArn, retryPolicy: { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 } }) });
  for (const [id, metric, what] of [['Aborted', 'metricAborted', 'were aborted'], ['TimedOut', 'metricTimedOut', 'timed out']] as const) {
    defineAlarm(scope, id, {
      prop: 'uncaught',
      setting: setting?._offReason ? setting : undefined, // a threshold or periods for what waits in a queue would miss what happens once
      defaultThreshold: 1,
      defaultPeriodMinutes: 5,
      metric: (options) => stateMachine[metric](options),
      meaning: `Executions of ${scope.node.path} ${what}, and what they had done is not undone.`,
      guide,
    });
  }
}
