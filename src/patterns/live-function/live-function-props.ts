import * as lambda from 'aws-cdk-lib/aws-lambda';
import { ProvisionedConcurrency } from './provisioned-concurrency';
import { Rollout } from './rollout';
import { AlarmSetting } from '../../foundation/alarm-setting';

/**
 * Props of LiveFunction.
 */
export interface LiveFunctionProps {
  /**
   * The function, of the same stack. Not an imported one: only a function that is made here publishes a version when it changes.
   */
  readonly function: lambda.Function;

  /**
   * Name of the alias.
   *
   * @default 'live'
   */
  readonly aliasName?: string;

  /**
   * How many executions are ready before anybody calls.
   *
   * @default - none
   */
  readonly provisionedConcurrency?: ProvisionedConcurrency;

  /**
   * How traffic goes to a new version.
   *
   * @default - at once, and not back
   */
  readonly rollout?: Rollout;

  /**
   * Values that a version depends on and the template does not show, such as those of parameters: where one is another than before, a version is published.
   *
   * Code, memory, timeout, environment, layers and the like need no word. A value behind a token does: the template stays the same.
   *
   * @default - none
   */
  readonly publishOn?: string[];

  /**
   * Alarms: on, off with a reason, or at another threshold.
   *
   * @default - an alarm of the new version's errors, where the rollout is gradual
   */
  readonly alarms?: LiveFunctionAlarms;
}

/**
 * Alarms of a LiveFunction.
 */
export interface LiveFunctionAlarms {
  /**
   * Errors of the new version while it has a part of the traffic, over 1 minute: what takes the traffic back.
   *
   * @default AlarmSetting.threshold(1)
   */
  readonly rollback?: AlarmSetting;

  /**
   * Errors of the alias, over 5 minutes.
   *
   * @default - no alarm
   */
  readonly errors?: AlarmSetting;

  /**
   * Calls that found no provisioned execution ready, over 5 minutes.
   *
   * @default - no alarm
   */
  readonly spillover?: AlarmSetting;

  /**
   * Share of the provisioned executions that is in use, 0 to 1, over 5 minutes.
   *
   * @default - no alarm
   */
  readonly utilization?: AlarmSetting;
}
