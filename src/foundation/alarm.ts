import { Duration, Token } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { adoptAlarm } from './alarm-actions';
import { AlarmSetting } from './alarm-setting';
import { inputError } from './input-error';

interface AlarmMeaning {
  /** The metric over a period. */
  readonly metric: (options: cloudwatch.MetricOptions) => cloudwatch.IMetric;
  /** What has happened when it fires, naming the resource. */
  readonly meaning: string;
  /** Address of the section that says what to do. */
  readonly guide: string;
}

export interface AlarmDefinition extends AlarmMeaning {
  /** The user's prop, and what was said there; without it the default holds. */
  readonly prop: string;
  readonly setting?: AlarmSetting;
  /** Threshold when the user said nothing; without it there is then no alarm. */
  readonly defaultThreshold?: number;
  /** Greatest value that the metric can have. @default - none */
  readonly maximum?: number;
  /** Minutes of one period when the user said nothing. */
  readonly defaultPeriodMinutes: number;
}

export interface AbsenceAlarmDefinition extends AlarmMeaning {
  /** How many hours in a row. */
  readonly hours: number;
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
  return ownAlarm(scope, id, alarm, {
    metric: alarm.metric({ period: options.period ?? Duration.minutes(alarm.defaultPeriodMinutes) }),
    threshold,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: options.evaluationPeriods ?? 1,
    datapointsToAlarm: options.datapointsToAlarm,
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
  });
}

/** An alarm of ours that fires when nothing was counted in so many hours. */
export function defineAbsenceAlarm(scope: Construct, id: string, alarm: AbsenceAlarmDefinition): cloudwatch.Alarm {
  return ownAlarm(scope, id, alarm, {
    metric: alarm.metric({ period: Duration.hours(1) }),
    threshold: 1,
    comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
    evaluationPeriods: alarm.hours,
    treatMissingData: cloudwatch.TreatMissingData.BREACHING,
  });
}

function ownAlarm(scope: Construct, id: string, { meaning, guide }: AlarmMeaning, props: cloudwatch.AlarmProps): cloudwatch.Alarm {
  const made = new cloudwatch.Alarm(scope, id, { ...props, alarmDescription: `${meaning} What to do: ${guide}` });
  adoptAlarm(made);
  return made;
}
