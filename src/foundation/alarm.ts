import { Duration, Token } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { adoptAlarm } from './alarm-actions';
import { AlarmSetting } from './alarm-setting';
import { inputError } from './input-error';

export interface AlarmDefinition {
  /** The user's prop, and what was said there; without it the default holds. */
  readonly prop: string;
  readonly setting?: AlarmSetting;
  /** Threshold when the user said nothing; without it there is then no alarm. */
  readonly defaultThreshold?: number;
  /** The metric over a period. */
  readonly metric: (options: cloudwatch.MetricOptions) => cloudwatch.IMetric;
  /** Greatest value that the metric can have. @default - none */
  readonly maximum?: number;
  /** Minutes of one period when the user said nothing. */
  readonly defaultPeriodMinutes: number;
  /** What has happened when it fires, naming the resource. */
  readonly meaning: string;
  /** Address of the section that says what to do. */
  readonly guide: string;
}

/** An alarm of ours, as the user's setting and the default want it. */
export function defineAlarm(scope: Construct, id: string, alarm: AlarmDefinition): cloudwatch.Alarm | undefined {
  const options = alarm.setting?._options ?? {};
  const threshold = alarm.setting ? alarm.setting._threshold : alarm.defaultThreshold;
  if (alarm.setting?._offReason) {
    scope.node.addMetadata(`cdk-serverless-patterns:alarmOff:${id}`, alarm.setting._offReason);
  }
  if (threshold === undefined) return undefined;
  if (!Token.isUnresolved(threshold) && !(threshold > 0 && threshold <= (alarm.maximum ?? Infinity))) {
    throw inputError(alarm.prop, `must have a threshold above 0${alarm.maximum === undefined ? '' : ` and at most ${alarm.maximum}`}`, threshold);
  }
  const made = new cloudwatch.Alarm(scope, id, {
    metric: alarm.metric({ period: options.period ?? Duration.minutes(alarm.defaultPeriodMinutes) }),
    threshold,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: options.evaluationPeriods ?? 1,
    datapointsToAlarm: options.datapointsToAlarm,
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    alarmDescription: `${alarm.meaning} What to do: ${alarm.guide}`,
  });
  adoptAlarm(made);
  return made;
}
