import { Stack, Token } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as codedeploy from 'aws-cdk-lib/aws-codedeploy';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct, Node } from 'constructs';
import { warnOfAsyncSettings } from './async-settings';
import { checkCapacity, claimAlias, refuseBeside } from './capacity-checks';
import { warnOfHiddenValues } from './hidden-values';
import { LiveFunctionAlarms, LiveFunctionProps } from './live-function-props';
import { Rollout } from './rollout';
import { warnOfUnqualifiedUse } from './unqualified-use';
import { AlarmDefinition, defineAlarm } from '../../foundation/alarm';
import { AlarmSetting } from '../../foundation/alarm-setting';
import { operateGuide } from '../../foundation/documentation';
import { inputError } from '../../foundation/input-error';
import { mark, marked } from '../../foundation/mark';
import { serviceRole } from '../../foundation/service-role';

const HOOK = 'liveHook';

/**
 * The alias that traffic goes to: a version for each change, executions that are ready, and a rollout that takes itself back.
 *
 * @example
 * import { Duration } from 'aws-cdk-lib';
 * import * as lambda from 'aws-cdk-lib/aws-lambda';
 * import { ApiAccess, ApiRoute, FunctionApi, LiveFunction, ProvisionedConcurrency, Rollout } from 'cdk-serverless-patterns';
 *
 * declare const createOrder: lambda.Function;
 *
 * const live = new LiveFunction(this, 'CreateOrderLive', {
 *   function: createOrder,
 *   provisionedConcurrency: ProvisionedConcurrency.of(5),
 *   rollout: Rollout.canary({ percent: 10, interval: Duration.minutes(5) }),
 * });
 * new FunctionApi(this, 'Api', { access: ApiAccess.iam(), routes: { 'POST /orders': ApiRoute.to(live.alias) } });
 */
export class LiveFunction extends Construct {
  /**
   * What to give to whatever calls the function, in place of the function.
   */
  public readonly alias: lambda.Alias;

  /**
   * The version that this deployment publishes, or has published before.
   */
  public readonly version: lambda.IVersion;

  /**
   * What moves the traffic, where there is a rollout.
   */
  public readonly deploymentGroup?: codedeploy.ILambdaDeploymentGroup;

  /**
   * The alarm that takes traffic back, where there is one.
   */
  public readonly rollbackAlarm?: cloudwatch.Alarm;

  /**
   * The alarm of errors, where there is one.
   */
  public readonly errorsAlarm?: cloudwatch.Alarm;

  /**
   * The alarm of calls that found nothing ready, where there is one.
   */
  public readonly spilloverAlarm?: cloudwatch.Alarm;

  /**
   * The alarm of the share that is in use, where there is one.
   */
  public readonly utilizationAlarm?: cloudwatch.Alarm;

  constructor(scope: Construct, id: string, props: LiveFunctionProps) {
    super(scope, id);
    const { function: fn, aliasName = 'live', provisionedConcurrency, rollout, publishOn = [] } = props;
    if (Stack.of(fn) !== Stack.of(this)) {
      throw inputError('function', 'must be of the same stack: a version that another stack uses cannot be replaced by the next', fn.node.path);
    }
    if (!/^(?!\d+$)[\w-]{1,128}$/.test(aliasName)) throw inputError('aliasName', 'must be letters, digits, hyphens and underscores, at most 128 and not digits alone', aliasName);
    claimAlias(fn, aliasName, provisionedConcurrency !== undefined);
    for (const value of publishOn) {
      if (Token.isUnresolved(value)) throw inputError('publishOn', 'must be known at synthesis: what a token stands for is not', 'a token');
      fn.invalidateVersionBasedOn(value);
    }
    this.version = fn.currentVersion;
    const capacity = provisionedConcurrency?._capacity;
    this.alias = new lambda.Alias(this, 'Alias', { aliasName, version: this.version, provisionedConcurrentExecutions: capacity?.initial });
    if (capacity) {
      checkCapacity(fn, capacity);
      refuseBeside(this, fn, this.version, capacity);
      capacity.scale(this.alias);
    }
    const { alarms = {} } = props;
    if (!capacity) refuseAlarms(alarms, 'provisionedConcurrency', 'spillover', 'utilization');
    if (!rollout?._isGradual) refuseAlarms(alarms, 'gradual rollout', 'rollback');
    const qualified = { FunctionName: fn.functionName, Resource: `${fn.functionName}:${aliasName}` };
    this.rollbackAlarm = this.alarm('Rollback', 'rollback', alarms.rollback, {
      defaultThreshold: rollout?._isGradual ? 1 : undefined,
      defaultPeriodMinutes: 1,
      metric: (options) => new cloudwatch.Metric({
        namespace: 'AWS/Lambda', metricName: 'Errors', statistic: cloudwatch.Stats.SUM, dimensionsMap: { ...qualified, ExecutedVersion: this.version.version }, ...options,
      }),
      meaning: `The new version of ${fn.node.path} fails, and traffic goes back to the old one.`,
    });
    this.errorsAlarm = this.alarm('Errors', 'errors', alarms.errors, {
      metric: (options) => this.alias.metricErrors(options), meaning: `${fn.node.path} fails.`,
    });
    this.spilloverAlarm = this.alarm('Spillover', 'spillover', alarms.spillover, {
      metric: (options) => this.metricSpillover(options), meaning: `Calls of ${fn.node.path} find nothing ready: more is called for than is provisioned.`,
    });
    this.utilizationAlarm = this.alarm('Utilization', 'utilization', alarms.utilization, {
      maximum: 1, metric: (options) => this.metricUtilization(options), meaning: `The executions of ${fn.node.path} that are provisioned are nearly all in use.`,
    });
    this.deploymentGroup = rollout && this.rollOut(rollout, fn);
    warnOfHiddenValues(this, fn, publishOn.length > 0);
    warnOfUnqualifiedUse(this, fn);
    warnOfAsyncSettings(this, fn, this.alias);
  }

  /**
   * Number of calls that found no provisioned execution ready, the sum over 5 minutes.
   */
  public metricSpillover(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return this.alias.metric('ProvisionedConcurrencySpilloverInvocations', { statistic: cloudwatch.Stats.SUM, ...options });
  }

  /**
   * Share of the provisioned executions that is in use, 0 to 1, the greatest in 5 minutes.
   */
  public metricUtilization(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return this.alias.metric('ProvisionedConcurrencyUtilization', { statistic: cloudwatch.Stats.MAXIMUM, ...options });
  }

  private alarm(
    id: string, prop: string, setting: AlarmSetting | undefined, definition: Pick<AlarmDefinition, 'metric' | 'meaning'> & Partial<AlarmDefinition>,
  ): cloudwatch.Alarm | undefined {
    return defineAlarm(this, id, { defaultPeriodMinutes: 5, ...definition, prop, setting, guide: operateGuide('live-function') });
  }

  /** The alias without what belongs to it. */
  private get afterwards(): Node {
    return this.alias.node.defaultChild!.node;
  }

  private rollOut(rollout: Rollout, fn: lambda.Function): codedeploy.LambdaDeploymentGroup {
    const { preHook, postHook, rollbackAlarms = [] } = rollout._options;
    const scope = new Construct(this, 'Rollout');
    const role = serviceRole(scope, 'codedeploy', 'deploymentgroup:*');
    const alarms = [...this.rollbackAlarm ? [this.rollbackAlarm] : [], ...rollbackAlarms];
    const group = new codedeploy.LambdaDeploymentGroup(scope, 'Group', {
      alias: this.alias,
      role,
      deploymentConfig: rollout._config(scope),
      preHook,
      postHook,
      alarms,
      autoRollback: { failedDeployment: true, stoppedDeployment: true, deploymentInAlarm: alarms.length > 0 },
    });
    const hooks = [preHook, postHook].filter((hook) => hook !== undefined);
    if (hooks.includes(fn)) throw inputError('preHook', 'must be another function than the one that it tries', fn.node.path);
    if (hooks.length > 0) this.afterwards.addDependency(role); // CloudFormation would begin before CodeDeploy may call them
    for (const hook of new Set(hooks)) this.tell(hook);
    return group;
  }

  /** A hook learns which version is new from nobody else. */
  private tell(hook: lambda.Function): void {
    if (marked(hook, HOOK)) throw inputError('preHook', 'must be a hook of one LiveFunction: its environment says which version is new', hook.node.path);
    mark(hook, HOOK, true);
    hook.addEnvironment('NEW_VERSION', this.version.functionArn);
    this.version.grantInvoke(hook);
    this.afterwards.addDependency(hook);
  }
}

/** Alarms of what there is not would never fire. */
function refuseAlarms(alarms: LiveFunctionAlarms, needed: string, ...names: Array<keyof LiveFunctionAlarms>): void {
  for (const name of names) {
    if (alarms[name]?._threshold !== undefined) throw inputError(name, `must not be given without a ${needed} that it watches`, alarms[name]!._threshold);
  }
}
