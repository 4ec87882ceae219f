import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as codedeploy from 'aws-cdk-lib/aws-codedeploy';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { checkRange, inputError } from '../../foundation/input-error';

const LONGEST_MINUTES = 48 * 60;

/**
 * How traffic is moved.
 */
export interface TrafficStep {
  /**
   * How much of it at once: 1 to 99 percent.
   */
  readonly percent: number;

  /**
   * How long until the next step, or the rest: whole minutes. All steps together take at most 48 hours.
   */
  readonly interval: Duration;
}

/**
 * Options of a rollout.
 */
export interface RolloutOptions {
  /**
   * A function that tries the new version before it has traffic. It gets `{ DeploymentId, LifecycleEventHookExecutionId }`, and the ARN of the version as the
   * environment variable `NEW_VERSION`, which it may call; it answers by `PutLifecycleEventHookExecutionStatus` of CodeDeploy, which it may do, within an hour.
   *
   * @see https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html
   * @default - none
   */
  readonly preHook?: lambda.Function;

  /**
   * A function that looks when all traffic has moved, in the same way.
   *
   * @default - none
   */
  readonly postHook?: lambda.Function;

  /**
   * Alarms of your own that take traffic back. None may name the alias (`alias.functionName`): take metrics such as `alias.metricErrors()`.
   *
   * @default - the alarm of the new version's errors
   */
  readonly rollbackAlarms?: cloudwatch.IAlarm[];
}

/**
 * How traffic goes from the old version to a new one. If an alarm fires meanwhile, it goes back.
 *
 * @example
 * import { Duration } from 'aws-cdk-lib';
 * import { Rollout } from 'cdk-serverless-patterns';
 *
 * Rollout.canary({ percent: 10, interval: Duration.minutes(5) });
 */
export class Rollout {
  /**
   * A part at first, and the rest after the interval.
   */
  public static canary(step: TrafficStep, options: RolloutOptions = {}): Rollout {
    const minutes = minutesOf(step, 1);
    return new Rollout(options, `Canary${step.percent}Percent${minutes}Minutes`, codedeploy.TrafficRouting.timeBasedCanary({
      percentage: step.percent, interval: step.interval,
    }));
  }

  /**
   * The same part after each interval.
   */
  public static linear(step: TrafficStep, options: RolloutOptions = {}): Rollout {
    const minutes = minutesOf(step, Math.ceil(100 / step.percent) - 1);
    return new Rollout(options, `Linear${step.percent}PercentEvery${minutes}Minute${minutes === 1 ? '' : 's'}`, codedeploy.TrafficRouting.timeBasedLinear({
      percentage: step.percent, interval: step.interval,
    }));
  }

  /**
   * All of it, after the `preHook`. The alarm of the new version's errors has no data then, since it has no weight of its own.
   */
  public static allAtOnce(options: RolloutOptions = {}): Rollout {
    return new Rollout(options, 'AllAtOnce');
  }

  private constructor(
    /** @internal */ public readonly _options: RolloutOptions,
    private readonly configName: string,
    private readonly trafficRouting?: codedeploy.TrafficRouting,
  ) {}

  /** @internal */
  public get _isGradual(): boolean {
    return this.trafficRouting !== undefined;
  }

  /**
   * AWS's own configuration where there is one.
   *
   * @internal
   */
  public _config(scope: Construct): codedeploy.ILambdaDeploymentConfig {
    const name = `CodeDeployDefault.Lambda${this.configName}`;
    if (!this.trafficRouting || PREDEFINED.includes(this.configName)) return codedeploy.LambdaDeploymentConfig.fromLambdaDeploymentConfigName(scope, 'Config', name);
    return new codedeploy.LambdaDeploymentConfig(scope, 'Config', { trafficRouting: this.trafficRouting });
  }
}

/** Of 10 percent, after each of AWS's intervals. */
const PREDEFINED = [
  ...[5, 10, 15, 30].map((minutes) => `Canary10Percent${minutes}Minutes`),
  ...[2, 3, 10].map((minutes) => `Linear10PercentEvery${minutes}Minutes`),
  'Linear10PercentEvery1Minute',
];

function minutesOf({ percent, interval }: TrafficStep, steps: number): number {
  checkRange('percent', percent, 1, 99);
  if (interval.toSeconds() % 60 !== 0 || interval.toMinutes() < 1) throw inputError('interval', 'must be whole minutes', interval.toHumanString());
  const minutes = interval.toMinutes();
  if (minutes * steps > LONGEST_MINUTES) throw inputError('interval', `must be short enough for all steps to take at most 48 hours, ${steps} of them`, interval.toHumanString());
  return minutes;
}
