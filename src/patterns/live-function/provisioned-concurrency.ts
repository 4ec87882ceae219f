import { Token } from 'aws-cdk-lib';
import * as appscaling from 'aws-cdk-lib/aws-applicationautoscaling';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import { Capacity } from './capacity';
import { inputError } from '../../foundation/input-error';

/**
 * Options of `ProvisionedConcurrency.byUtilization`.
 */
export interface UtilizationOptions {
  /**
   * Fewest executions that are ready, at least 1.
   */
  readonly min: number;

  /**
   * Most executions that are ready.
   */
  readonly max: number;

  /**
   * Share of them that is in use, which scaling holds: 0.1 to 0.9.
   *
   * @default 0.7
   */
  readonly target?: number;
}

/**
 * How many executions are ready from a time on.
 */
export interface CapacityWindow {
  /**
   * When it begins, with its time zone.
   */
  readonly schedule: scheduler.ScheduleExpression;

  /**
   * How many are ready from then on. 0 is none.
   */
  readonly executions: number;
}

/**
 * How many executions of a function are ready before anybody calls.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
 *
 * @example
 * import { TimeZone } from 'aws-cdk-lib';
 * import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
 * import { ProvisionedConcurrency } from 'cdk-serverless-patterns';
 *
 * const timeZone = TimeZone.EUROPE_BERLIN;
 * ProvisionedConcurrency.bySchedule(
 *   { schedule: ScheduleExpression.cron({ hour: '7', minute: '45', timeZone }), executions: 20 },
 *   { schedule: ScheduleExpression.cron({ hour: '18', minute: '0', timeZone }), executions: 2 },
 * );
 */
export class ProvisionedConcurrency {
  /**
   * Always as many.
   */
  public static of(executions: number): ProvisionedConcurrency {
    checkLeast('executions', executions, 1);
    return new ProvisionedConcurrency({ most: executions, initial: executions, scale: () => undefined });
  }

  /**
   * As many as are in use, and some more. Scaling takes minutes: it looks at averages of three.
   */
  public static byUtilization({ min, max, target = 0.7 }: UtilizationOptions): ProvisionedConcurrency {
    checkLeast('min', min, 1);
    checkLeast('max', max, min);
    if (!(target >= 0.1 && target <= 0.9)) throw inputError('target', 'must be between 0.1 and 0.9', target);
    return new ProvisionedConcurrency({
      most: max,
      initial: min,
      scale: (alias) => alias.addAutoScaling({ minCapacity: min, maxCapacity: max }).scaleOnUtilization({ utilizationTarget: target }),
    });
  }

  /**
   * By the time of the day, of the week, or for a known peak. Each window holds until the next begins; until the first of them, the smallest.
   */
  public static bySchedule(...windows: CapacityWindow[]): ProvisionedConcurrency {
    if (windows.length === 0) throw inputError('windows', 'must be at least one', '[]');
    for (const { executions } of windows) checkLeast('executions', executions, 0);
    const all = windows.map(({ executions }) => executions);
    const [least, most] = [Math.min(...all), Math.max(...all)];
    if (most === 0) throw inputError('executions', 'must be above 0 in at least one window', most);
    return new ProvisionedConcurrency({
      most,
      initial: least || undefined,
      scale: (alias) => {
        const scaling = alias.addAutoScaling({ minCapacity: least, maxCapacity: most });
        windows.forEach(({ schedule, executions }, index) => scaling.scaleOnSchedule(`Window${index + 1}`, {
          schedule: appscaling.Schedule.expression(schedule.expressionString),
          timeZone: schedule.timeZone,
          minCapacity: executions,
          maxCapacity: executions,
        }));
      },
    });
  }

  private constructor(/** @internal */ public readonly _capacity: Capacity) {}
}

function checkLeast(prop: string, value: number, least: number): void {
  if (Token.isUnresolved(value) || (Number.isInteger(value) && value >= least)) return;
  throw inputError(prop, `must be a whole number of at least ${least}`, value);
}
