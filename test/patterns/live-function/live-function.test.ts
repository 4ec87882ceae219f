import { App, CfnParameter, Duration, Stack, TimeZone, Token } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import { AlarmSetting, LiveFunction, LiveFunctionProps, ProvisionedConcurrency, QueueWorker, Rollout, RolloutOptions } from '../../../src';
import { permissionsOf } from '../../support/permissions';
import { aFunction, countByType, newStack, propertiesOf, Resources, resourcesOf, warningsOf as allWarningsOf } from '../../support/stacks';

const make = (stack: Stack, props: Partial<LiveFunctionProps> = {}, id = 'Live') =>
  new LiveFunction(stack, id, { function: props.function ?? aFunction(stack), ...props });
const made = (props: Partial<LiveFunctionProps> = {}) => {
  const stack = newStack();
  make(stack, props);
  return stack;
};
const warningsOf = (stack: Stack) => allWarningsOf(stack).filter((text) => !text.includes('alarmsWithoutAction'));
const only = (stack: Stack, type: string) => propertiesOf(stack, type)[0];
const entry = (resources: Resources, type: string) => Object.entries(resources).find(([, { Type }]) => Type === type)!;
const canary = (options?: RolloutOptions) => Rollout.canary({ percent: 10, interval: Duration.minutes(5) }, options);
const five = ProvisionedConcurrency.of(5);

describe('what is made', () => {
  const typesOf = (props: Partial<LiveFunctionProps>) => {
    const { 'AWS::Lambda::Function': _, 'AWS::IAM::Role': roles, ...types } = countByType(resourcesOf(made(props)));
    return { ...types, roles: roles - 1 };
  };

  test('a version and an alias', () => expect(typesOf({})).toEqual({ 'AWS::Lambda::Version': 1, 'AWS::Lambda::Alias': 1, 'roles': 0 }));

  test('with a rollout, what moves traffic, and an alarm', () => {
    const group = { 'AWS::CodeDeploy::Application': 1, 'AWS::CodeDeploy::DeploymentGroup': 1, 'AWS::Lambda::Version': 1, 'AWS::Lambda::Alias': 1, 'roles': 1 };
    expect(typesOf({ rollout: canary() })).toEqual({ ...group, 'AWS::CloudWatch::Alarm': 1 });
    expect(typesOf({ rollout: Rollout.allAtOnce() })).toEqual(group);
    expect(typesOf({ rollout: Rollout.linear({ percent: 20, interval: Duration.minutes(1) }) })).toEqual({ ...group, 'AWS::CodeDeploy::DeploymentConfig': 1, 'AWS::CloudWatch::Alarm': 1 });
  });

  test('fault 101: what is provisioned is the alias\'s, never of $LATEST and not of the version', () => {
    const stack = made({ provisionedConcurrency: five });
    expect(only(stack, 'AWS::Lambda::Alias')).toMatchObject({ Name: 'live', ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 5 } });
    expect(only(stack, 'AWS::Lambda::Alias').FunctionVersion).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^FnCurrentVersion/), 'Version'] });
    expect(only(stack, 'AWS::Lambda::Version')).not.toHaveProperty('ProvisionedConcurrencyConfig');
  });

  test('scaling by utilization begins at the least', () => {
    const stack = made({ provisionedConcurrency: ProvisionedConcurrency.byUtilization({ min: 2, max: 20 }) });
    expect(only(stack, 'AWS::Lambda::Alias').ProvisionedConcurrencyConfig).toEqual({ ProvisionedConcurrentExecutions: 2 });
    expect(only(stack, 'AWS::ApplicationAutoScaling::ScalableTarget')).toMatchObject({ MinCapacity: 2, MaxCapacity: 20, ScalableDimension: 'lambda:function:ProvisionedConcurrency' });
    expect(only(stack, 'AWS::ApplicationAutoScaling::ScalingPolicy').TargetTrackingScalingPolicyConfiguration).toMatchObject({ TargetValue: 0.7 });
  });

  test('scaling by schedule has windows with their time zone, and may go down to nothing', () => {
    const timeZone = TimeZone.EUROPE_BERLIN;
    const window = (hour: string, executions: number) => ({ schedule: scheduler.ScheduleExpression.cron({ hour, minute: '0', timeZone }), executions });
    const stack = made({ provisionedConcurrency: ProvisionedConcurrency.bySchedule(window('8', 20), window('18', 0)) });
    expect(only(stack, 'AWS::Lambda::Alias')).not.toHaveProperty('ProvisionedConcurrencyConfig');
    expect(only(stack, 'AWS::ApplicationAutoScaling::ScalableTarget')).toMatchObject({
      MinCapacity: 0,
      MaxCapacity: 20,
      ScheduledActions: [
        { Schedule: 'cron(0 8 * * ? *)', Timezone: 'Europe/Berlin', ScalableTargetAction: { MinCapacity: 20, MaxCapacity: 20 } },
        { Schedule: 'cron(0 18 * * ? *)', Timezone: 'Europe/Berlin', ScalableTargetAction: { MinCapacity: 0, MaxCapacity: 0 } },
      ],
    });
  });
});

describe('the rollout', () => {
  const configOf = (rollout: Rollout) => only(made({ rollout }), 'AWS::CodeDeploy::DeploymentGroup').DeploymentConfigName;

  test.each([
    [canary(), 'CodeDeployDefault.LambdaCanary10Percent5Minutes'],
    [Rollout.canary({ percent: 10, interval: Duration.minutes(30) }), 'CodeDeployDefault.LambdaCanary10Percent30Minutes'],
    [Rollout.linear({ percent: 10, interval: Duration.minutes(1) }), 'CodeDeployDefault.LambdaLinear10PercentEvery1Minute'],
    [Rollout.linear({ percent: 10, interval: Duration.minutes(10) }), 'CodeDeployDefault.LambdaLinear10PercentEvery10Minutes'],
    [Rollout.allAtOnce(), 'CodeDeployDefault.LambdaAllAtOnce'],
  ])('takes AWS\'s own configuration where there is one: %#', (rollout, name) => expect(configOf(rollout)).toBe(name));

  test('has a configuration of its own otherwise', () => {
    const stack = made({ rollout: Rollout.canary({ percent: 25, interval: Duration.hours(1) }) });
    expect(only(stack, 'AWS::CodeDeploy::DeploymentConfig').TrafficRoutingConfig).toEqual({ Type: 'TimeBasedCanary', TimeBasedCanary: { CanaryPercentage: 25, CanaryInterval: 60 } });
    expect(only(made({ rollout: Rollout.linear({ percent: 25, interval: Duration.minutes(7) }) }), 'AWS::CodeDeploy::DeploymentConfig').TrafficRoutingConfig)
      .toEqual({ Type: 'TimeBasedLinear', TimeBasedLinear: { LinearPercentage: 25, LinearInterval: 7 } });
  });

  test('takes traffic back when the new version fails, and when its deployment does', () => {
    const stack = made({ rollout: canary() });
    const [alarm] = entry(resourcesOf(stack), 'AWS::CloudWatch::Alarm');
    expect(only(stack, 'AWS::CodeDeploy::DeploymentGroup')).toMatchObject({
      AlarmConfiguration: { Alarms: [{ Name: { Ref: alarm } }], Enabled: true },
      AutoRollbackConfiguration: { Enabled: true, Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_REQUEST', 'DEPLOYMENT_STOP_ON_ALARM'] },
    });
    expect(entry(resourcesOf(stack), 'AWS::Lambda::Alias')[1]).toMatchObject({ UpdatePolicy: { CodeDeployLambdaAliasUpdate: {} } });
  });

  test('has the user\'s alarms besides, or alone', () => {
    const stack = newStack();
    const mine = new cloudwatch.Alarm(stack, 'Mine', { metric: new cloudwatch.Metric({ namespace: 'Mine', metricName: 'Bad' }), threshold: 1, evaluationPeriods: 1 });
    make(stack, { rollout: canary({ rollbackAlarms: [mine] }), alarms: { rollback: AlarmSetting.off('mine knows better') } });
    expect(only(stack, 'AWS::CodeDeploy::DeploymentGroup').AlarmConfiguration.Alarms).toEqual([{ Name: stack.resolve(mine.alarmName) }]);
  });

  test('fault 90: its role is for deployment groups of the account', () => {
    const stack = made({ rollout: canary() });
    const permissions = permissionsOf(stack);
    const [role] = Object.entries(resourcesOf(stack)).find(([id]) => /Rollout/.test(id) && /Role/.test(id))!;
    const resource = permissions.resources.find(({ id }) => id === role)!.arn;
    const assumes = (sourceArn: string, sourceAccount?: string) => permissions.allows({ service: 'codedeploy.amazonaws.com', sourceArn, sourceAccount, action: 'sts:AssumeRole', resource });
    expect(assumes('arn:aws:codedeploy:us-east-1:111122223333:deploymentgroup:app/group')).toBe(true);
    expect(assumes('arn:aws:codedeploy:us-east-1:999999999999:deploymentgroup:app/group')).toBe(false);
    expect(assumes('arn:aws:codedeploy:us-east-1:111122223333:deploymentgroup:app/group', '999999999999')).toBe(false);
  });

  test('a hook knows the new version, may invoke that and answer, and may be called before it is', () => {
    const stack = newStack();
    const preHook = aFunction(stack, 'Try');
    const { version } = make(stack, { rollout: canary({ preHook }) });
    const resources = resourcesOf(stack);
    const [hook, { Properties, DependsOn }] = Object.entries(resources).find(([id, { Type }]) => Type === 'AWS::Lambda::Function' && /^Try/.test(id))!;
    expect(Properties.Environment.Variables).toEqual({ NEW_VERSION: stack.resolve(version.functionArn) });
    const alias = entry(resources, 'AWS::Lambda::Alias')[1] as any;
    expect(alias.UpdatePolicy.CodeDeployLambdaAliasUpdate.BeforeAllowTrafficHook).toEqual({ Ref: hook });
    expect(alias.DependsOn).toEqual(expect.arrayContaining([hook, expect.stringMatching(/^LiveRolloutRoleDefaultPolicy/)]));
    const policy = DependsOn!.find((id) => /DefaultPolicy/.test(id))!;
    expect(resources[policy].Properties.PolicyDocument.Statement.map(({ Action }: any) => Action)).toEqual(['codedeploy:PutLifecycleEventHookExecutionStatus', 'lambda:InvokeFunction']);
    expect(JSON.stringify(resources[policy])).toContain('FnCurrentVersion');
  });

  test('one hook may be both, and is one LiveFunction\'s', () => {
    const stack = newStack();
    const hook = aFunction(stack, 'Try');
    make(stack, { rollout: canary({ preHook: hook, postHook: hook }) });
    expect((entry(resourcesOf(stack), 'AWS::Lambda::Alias')[1] as any).UpdatePolicy.CodeDeployLambdaAliasUpdate).toMatchObject({ BeforeAllowTrafficHook: {}, AfterAllowTrafficHook: {} });
    expect(() => make(stack, { function: aFunction(stack, 'Other'), rollout: canary({ preHook: hook }) }, 'Second'))
      .toThrow("'preHook' must be a hook of one LiveFunction: its environment says which version is new, got 'Test/Try'");
  });
});

describe('alarms have the dimensions that Lambda emits', () => {
  const dimensionsOf = (props: Partial<LiveFunctionProps>) => {
    const stack = made(props);
    const [fn] = entry(resourcesOf(stack), 'AWS::Lambda::Function');
    return propertiesOf(stack, 'AWS::CloudWatch::Alarm').map(({ MetricName, Dimensions, Statistic, Threshold, TreatMissingData }) => ({
      MetricName,
      Statistic,
      Threshold,
      TreatMissingData,
      names: Dimensions.map(({ Name }: any) => Name),
      resource: JSON.stringify(Dimensions.find(({ Name }: any) => Name === 'Resource').Value) === JSON.stringify({ 'Fn::Join': ['', [{ Ref: fn }, ':live']] }),
    }));
  };

  test('of the new version, all three of them', () => {
    expect(dimensionsOf({ rollout: canary() })).toEqual([
      { MetricName: 'Errors', Statistic: 'Sum', Threshold: 1, TreatMissingData: 'notBreaching', names: ['ExecutedVersion', 'FunctionName', 'Resource'], resource: true },
    ]);
  });

  test('of the alias, two', () => {
    const alarms = { errors: AlarmSetting.threshold(3), spillover: AlarmSetting.threshold(1), utilization: AlarmSetting.threshold(0.8) };
    expect(dimensionsOf({ provisionedConcurrency: five, alarms })).toEqual([
      expect.objectContaining({ MetricName: 'Errors', Statistic: 'Sum', names: ['FunctionName', 'Resource'], resource: true }),
      expect.objectContaining({ MetricName: 'ProvisionedConcurrencySpilloverInvocations', Statistic: 'Sum', names: ['FunctionName', 'Resource'], resource: true }),
      expect.objectContaining({ MetricName: 'ProvisionedConcurrencyUtilization', Statistic: 'Maximum', names: ['FunctionName', 'Resource'], resource: true }),
    ]);
  });
});

describe('fault 102: what calls the function itself', () => {
  const text = (...paths: string[]) => `Test/Fn is called itself, and so its latest state and not the live version, by ${paths.join(', ')}: give them the alias of Test/Live`;

  test('is a warning: a permission, a mapping, a policy', () => {
    const stack = newStack();
    const fn = aFunction(stack);
    make(stack, { function: fn });
    new events.Rule(stack, 'Rule', { schedule: events.Schedule.rate(Duration.days(1)), targets: [new targets.LambdaFunction(fn)] });
    new QueueWorker(stack, 'Worker', { function: fn });
    fn.grantInvoke(aFunction(stack, 'Caller'));
    expect(warningsOf(stack)).toEqual([expect.stringContaining(text(
      'Test/Fn/ConsumeTestWorkerQueueBF71B2E0/Resource', 'Test/Rule/AllowEventRuleTestFn6E84344E', 'Test/Caller/ServiceRole/DefaultPolicy/Resource',
    ))]);
  });

  test('is a warning, too, where a URL calls the function, and none where it calls the alias', () => {
    const [itself, alias] = [newStack(), newStack()];
    const fn = aFunction(itself);
    make(itself, { function: fn });
    fn.addFunctionUrl();
    make(alias).alias.addFunctionUrl();
    expect(warningsOf(itself)).toEqual([expect.stringContaining(text('Test/Fn/FunctionUrl/Resource'))]);
    expect(warningsOf(alias)).toEqual([]);
  });

  test('is none where the alias is called, also from another stack of the stage', () => {
    const app = new App();
    const stack = new Stack(app, 'Test');
    const live = make(stack, { rollout: canary({ preHook: aFunction(stack, 'Try') }) });
    new QueueWorker(stack, 'Worker', { function: live.alias });
    const other = new Stack(app, 'Other');
    new events.Rule(other, 'Rule', { schedule: events.Schedule.rate(Duration.days(1)), targets: [new targets.LambdaFunction(live.alias)] });
    expect([warningsOf(stack), warningsOf(other)]).toEqual([[], []]);
  });
});

test('retries and destinations of the function alone are a warning, and none where the alias has its own', () => {
  const warnings = (ofAlias: boolean) => {
    const stack = newStack();
    const { alias } = make(stack, { function: aFunction(stack, 'Fn', { retryAttempts: 0 }) });
    if (ofAlias) alias.configureAsyncInvoke({ retryAttempts: 0 });
    return warningsOf(stack);
  };
  expect(warnings(false)).toEqual([expect.stringContaining('say them by Test/Live.alias.configureAsyncInvoke(...), too')]);
  expect(warnings(true)).toEqual([]);
});

describe('fault 103: what publishes a version', () => {
  const versionOf = (change: (fn: lambda.Function, stack: Stack) => void, props: Partial<LiveFunctionProps> = {}) => {
    const stack = newStack();
    const fn = aFunction(stack);
    change(fn, stack);
    make(stack, { function: fn, ...props });
    return entry(resourcesOf(stack), 'AWS::Lambda::Version')[0];
  };
  const before = versionOf(() => undefined);

  test('a literal of the environment does, also when it comes after the alias', () => {
    expect(versionOf((fn) => fn.addEnvironment('A', '1'))).not.toBe(before);
    const stack = newStack();
    const fn = aFunction(stack);
    make(stack, { function: fn });
    fn.addEnvironment('A', '1');
    expect(entry(resourcesOf(stack), 'AWS::Lambda::Version')[0]).not.toBe(before);
  });

  test('the value of a parameter does not; what is named does', () => {
    const withParameter = (value: string, publishOn?: string[]) =>
      versionOf((fn, stack) => fn.addEnvironment('A', new CfnParameter(stack, 'Price', { default: value }).valueAsString), { publishOn });
    expect(withParameter('1')).toBe(withParameter('2'));
    expect(withParameter('1', ['1'])).not.toBe(withParameter('2', ['2']));
  });

  test('a parameter in the environment is a warning, unless something is named', () => {
    const warnings = (publishOn?: string[]) => {
      const stack = newStack();
      const fn = aFunction(stack);
      make(stack, { function: fn, publishOn });
      fn.addEnvironment('A', `prices-${new CfnParameter(stack, 'Price').valueAsString}`);
      return warningsOf(stack);
    };
    expect(warnings()).toEqual([expect.stringContaining('the environment of Test/Fn takes values of parameters (Price): another value publishes no version')]);
    expect(warnings(['1'])).toEqual([]);
  });

  test('a layer is a warning without the flag that makes its content count', () => {
    const warnings = (context: Record<string, boolean>) => {
      const stack = new Stack(new App({ context }), 'Test');
      make(stack, { function: aFunction(stack, 'Fn', { layers: [lambda.LayerVersion.fromLayerVersionArn(stack, 'Layer', 'arn:aws:lambda:us-east-1:111122223333:layer:x:1')] }) });
      return warningsOf(stack);
    };
    expect(warnings({})).toEqual([expect.stringContaining('@aws-cdk/aws-lambda:recognizeLayerVersion')]);
    expect(warnings({ '@aws-cdk/aws-lambda:recognizeLayerVersion': true })).toEqual([]);
  });

  test('what is named has to be known', () => {
    expect(() => made({ publishOn: [Token.asString({ Ref: 'X' })] })).toThrow("'publishOn' must be known at synthesis: what a token stands for is not, got 'a token'");
  });
});

describe('what cannot go together is an error', () => {
  test.each<[string, () => unknown, string]>([
    ['percent', () => Rollout.canary({ percent: 100, interval: Duration.minutes(5) }), "'percent' must be a whole number between 1 and 99, got 100"],
    ['percent of linear', () => Rollout.linear({ percent: 0, interval: Duration.minutes(5) }), "'percent' must be a whole number between 1 and 99, got 0"],
    ['interval', () => Rollout.canary({ percent: 1, interval: Duration.seconds(90) }), "'interval' must be whole minutes, got '1 minute 30 seconds'"],
    ['48 hours', () => Rollout.canary({ percent: 1, interval: Duration.hours(49) }), "'interval' must be short enough for all steps to take at most 48 hours, 1 of them, got '2 days 1 hour'"],
    ['steps', () => Rollout.linear({ percent: 10, interval: Duration.hours(6) }), "'interval' must be short enough for all steps to take at most 48 hours, 9 of them, got '6 hours'"],
    ['executions', () => ProvisionedConcurrency.of(0), "'executions' must be a whole number of at least 1, got 0"],
    ['min above max', () => ProvisionedConcurrency.byUtilization({ min: 5, max: 3 }), "'max' must be a whole number of at least 5, got 3"],
    ['target', () => ProvisionedConcurrency.byUtilization({ min: 1, max: 3, target: 0.95 }), "'target' must be between 0.1 and 0.9, got 0.95"],
    ['no window', () => ProvisionedConcurrency.bySchedule(), "'windows' must be at least one, got '[]'"],
    ['windows of nothing', () => ProvisionedConcurrency.bySchedule({ schedule: scheduler.ScheduleExpression.rate(Duration.days(1)), executions: 0 }), "'executions' must be above 0 in at least one window, got 0"],
    ['spillover', () => made({ alarms: { spillover: AlarmSetting.threshold(1) } }), "'spillover' must not be given without a provisionedConcurrency that it watches, got 1"],
    ['rollback', () => made({ rollout: Rollout.allAtOnce(), alarms: { rollback: AlarmSetting.threshold(2) } }), "'rollback' must not be given without a gradual rollout that it watches, got 2"],
  ])('%s', (_name, make_, message) => expect(make_).toThrow(message));

  test('fault 105: more provisioned than reserved, also when it is reserved later', () => {
    const stack = newStack();
    const reserved = (id: string, n: number) => aFunction(stack, id, { reservedConcurrentExecutions: n });
    expect(() => make(stack, { function: reserved('Few', 4), provisionedConcurrency: five }, 'A')).toThrow("'provisionedConcurrency' must be at most the reserved concurrency of the function, 4, got 5");
    expect(() => make(stack, { function: reserved('Enough', 5), provisionedConcurrency: five }, 'B')).not.toThrow();
    const late = newStack();
    const fn = aFunction(late);
    make(late, { function: fn, provisionedConcurrency: five });
    (fn.node.defaultChild as lambda.CfnFunction).reservedConcurrentExecutions = 1;
    expect(() => resourcesOf(late)).toThrow('must be at most the reserved concurrency of the function, 1, got 5');
  });

  test('two aliases of a name, two that are provisioned', () => {
    const stack = newStack();
    const fn = aFunction(stack);
    make(stack, { function: fn, provisionedConcurrency: five }, 'One');
    expect(() => make(stack, { function: fn }, 'Two')).toThrow("'aliasName' must be another than that of a LiveFunction of Test/Fn that there is, got 'live'");
    expect(() => make(stack, { function: fn, aliasName: 'next', provisionedConcurrency: five }, 'Three')).toThrow("'provisionedConcurrency' must be given for one LiveFunction of Test/Fn");
    expect(() => make(stack, { function: fn, aliasName: 'next' }, 'Four')).not.toThrow();
  });

  test('a function of another stack', () => {
    const app = new App();
    const fn = aFunction(new Stack(app, 'Functions'));
    expect(() => make(new Stack(app, 'Test'), { function: fn })).toThrow("'function' must be of the same stack: a version that another stack uses cannot be replaced by the next, got 'Functions/Fn'");
  });

  test('an alias of a name that Lambda refuses, and a hook that is the function', () => {
    for (const aliasName of ['1', 'a b', '$LATEST', '', 'x'.repeat(129)]) expect(() => made({ aliasName })).toThrow("'aliasName' must be letters, digits, hyphens and underscores");
    const stack = newStack();
    const fn = aFunction(stack);
    expect(() => make(stack, { function: fn, rollout: canary({ preHook: fn }) })).toThrow("'preHook' must be another function than the one that it tries, got 'Test/Fn'");
  });

  test('SnapStart, and a version that is provisioned itself', () => {
    const snap = newStack();
    const fn = aFunction(snap, 'Fn', { runtime: lambda.Runtime.PYTHON_3_13, code: lambda.Code.fromInline('x') });
    make(snap, { function: fn, provisionedConcurrency: five });
    (fn.node.defaultChild as lambda.CfnFunction).snapStart = { applyOn: 'PublishedVersions' };
    expect(() => resourcesOf(snap)).toThrow("'provisionedConcurrency' must not be given for a function with SnapStart: Lambda has one or the other, got 'Test/Fn'");
    const twice = newStack();
    make(twice, { function: aFunction(twice, 'Fn', { currentVersionOptions: { provisionedConcurrentExecutions: 1 } }), provisionedConcurrency: five });
    expect(() => resourcesOf(twice)).toThrow("'provisionedConcurrency' must not be given for the version, too");
  });
});
