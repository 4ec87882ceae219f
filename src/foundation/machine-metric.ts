import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';

/** Of the metrics that the services do not have. */
export const METRIC_NAMESPACE = 'CdkServerlessPatterns';
/** As Step Functions names it in its own metrics. */
export const STATE_MACHINE_DIMENSION = 'StateMachineArn';

/** A metric of ours that a state machine, or a function that it calls, counts. */
export function machineMetric(
  scope: Construct, machine: sfn.IStateMachine, metricName: string, options: cloudwatch.MetricOptions,
): cloudwatch.Metric {
  const dimensionsMap = { [STATE_MACHINE_DIMENSION]: machine.stateMachineArn };
  const metric = new cloudwatch.Metric({ namespace: METRIC_NAMESPACE, metricName, dimensionsMap, statistic: cloudwatch.Stats.SUM, ...options });
  return metric.attachTo(scope);
}

/** What counting in a state needs. */
export function countingStatement(): iam.PolicyStatement {
  return new iam.PolicyStatement({
    actions: ['cloudwatch:PutMetricData'],
    resources: ['*'], // it has no resource
    conditions: { StringEquals: { 'cloudwatch:namespace': METRIC_NAMESPACE } },
  });
}
