import { Duration, Stack, TimeZone } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { inlineFunction } from './inline-function';
import {
  AlarmActions, AlarmSetting, ApiAccess, ApiRoute, FunctionApi, FunctionDefaults, HandlerDefaults, LiveFunction, ProvisionedConcurrency, Rollout,
} from 'cdk-serverless-patterns';

export class LiveStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    FunctionDefaults.of(this).apply({ logRetention: logs.RetentionDays.ONE_WEEK, asyncRetryAttempts: 1, asyncMaxEventAge: Duration.hours(1) });
    HandlerDefaults.of(this).apply({ memorySize: 512, permissionsBoundary: iam.ManagedPolicy.fromManagedPolicyName(this, 'Boundary', 'workloads') });
    const orders = new LiveFunction(this, 'Orders', {
      function: inlineFunction(this, 'CreateOrder'),
      provisionedConcurrency: ProvisionedConcurrency.of(5),
      rollout: Rollout.canary({ percent: 10, interval: Duration.minutes(5) }, { preHook: inlineFunction(this, 'TryOrder') }),
      publishOn: ['prices-7'],
      alarms: { rollback: AlarmSetting.threshold(10), spillover: AlarmSetting.threshold(1) },
    });
    new FunctionApi(this, 'Api', {
      access: ApiAccess.jwt('https://login.example.com/', { audience: ['shop'] }),
      routes: { 'POST /orders': ApiRoute.to(orders.alias) },
    });
    const timeZone = TimeZone.EUROPE_BERLIN;
    new LiveFunction(this, 'Reports', {
      function: inlineFunction(this, 'Report'),
      aliasName: 'prod',
      provisionedConcurrency: ProvisionedConcurrency.bySchedule(
        { schedule: ScheduleExpression.cron({ minute: '45', hour: '7', timeZone }), executions: 20 },
        { schedule: ScheduleExpression.cron({ minute: '0', hour: '18', timeZone }), executions: 0 },
      ),
      rollout: Rollout.linear({ percent: 30, interval: Duration.minutes(2) }),
    });
    new LiveFunction(this, 'Searches', {
      function: inlineFunction(this, 'Search'),
      provisionedConcurrency: ProvisionedConcurrency.byUtilization({ min: 1, max: 9, target: 0.6 }),
      rollout: Rollout.allAtOnce(),
      alarms: { utilization: AlarmSetting.threshold(0.9) },
    });
    AlarmActions.of(this).addTopic(new sns.Topic(this, 'OnCall'));
  }
}
