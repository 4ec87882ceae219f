import { Duration, Token } from 'aws-cdk-lib';
import { inputError } from './input-error';

/**
 * Options of `AlarmSetting.threshold`.
 */
export interface AlarmSettingOptions {
  /**
   * Time over which the metric is taken for one data point.
   *
   * @default - what the alarm's own description says
   */
  readonly period?: Duration;

  /**
   * Number of most recent periods that are looked at.
   *
   * @default 1
   */
  readonly evaluationPeriods?: number;

  /**
   * Number of those periods that must breach the threshold.
   *
   * @default - all of them
   */
  readonly datapointsToAlarm?: number;
}

/**
 * When an alarm fires: at a threshold, or never, with a reason.
 *
 * @example
 * import { Duration } from 'aws-cdk-lib';
 * import { AlarmSetting } from 'cdk-serverless-patterns';
 *
 * AlarmSetting.threshold(0.05, { period: Duration.minutes(1), evaluationPeriods: 5, datapointsToAlarm: 3 });
 * AlarmSetting.off('watched by the load balancer in front');
 */
export class AlarmSetting {
  /**
   * The alarm fires when the metric is at or above this value.
   *
   * @param value in the unit that the alarm's prop names
   */
  public static threshold(value: number, options: AlarmSettingOptions = {}): AlarmSetting {
    if (Number.isNaN(value)) throw inputError('value', 'must be a number', value);
    const { evaluationPeriods: periods = 1, datapointsToAlarm: datapoints = periods } = options;
    if (!Token.isUnresolved(periods) && !(Number.isInteger(periods) && periods >= 1)) {
      throw inputError('evaluationPeriods', 'must be a whole number of at least 1', periods);
    }
    if (!Token.isUnresolved(datapoints) && !(Number.isInteger(datapoints) && datapoints >= 1 && datapoints <= periods)) {
      throw inputError('datapointsToAlarm', 'must be a whole number between 1 and evaluationPeriods', datapoints);
    }
    return new AlarmSetting(value, options);
  }

  /**
   * There is no such alarm.
   *
   * @param reason why nobody needs to know; kept as metadata of the construct
   */
  public static off(reason: string): AlarmSetting {
    if (!reason.trim()) throw inputError('reason', 'must say why the alarm is off', reason);
    return new AlarmSetting(undefined, {}, reason);
  }

  private constructor(
    /** @internal */ public readonly _threshold: number | undefined,
    /** @internal */ public readonly _options: AlarmSettingOptions,
    /** @internal */ public readonly _offReason?: string,
  ) {}
}
