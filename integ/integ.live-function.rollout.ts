/** Live functions: warm and rolled out by a canary with a hook, by a schedule, by utilization; one called by its alias. */
import { ExpectedResult, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { Duration, Stack, TimeZone } from 'aws-cdk-lib';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { AlarmActions, AlarmSetting, LiveFunction, ProvisionedConcurrency, QueueWorker, Rollout } from '../src';
import { inlineFunction, integApp, outputs } from './support/apps';

const app = integApp();
const stack = new Stack(app, 'IntegLiveFunctionRollout');
AlarmActions.of(stack).none('a test');

const fn = inlineFunction(stack, 'Fn', 'return 1;');
const preHook = inlineFunction(stack, 'TryIt', 'return event;'); // nothing moves at the first deployment
const live = new LiveFunction(stack, 'Live', {
  function: fn,
  provisionedConcurrency: ProvisionedConcurrency.of(1),
  rollout: Rollout.canary({ percent: 10, interval: Duration.minutes(5) }, { preHook }),
  publishOn: ['1'],
  alarms: { errors: AlarmSetting.threshold(5), spillover: AlarmSetting.threshold(1), utilization: AlarmSetting.threshold(0.9) },
});
const worker = new QueueWorker(stack, 'Worker', { function: live.alias });

const timeZone = TimeZone.EUROPE_BERLIN;
new LiveFunction(stack, 'Scheduled', {
  function: inlineFunction(stack, 'ScheduledFn', 'return 1;'),
  aliasName: 'prod',
  provisionedConcurrency: ProvisionedConcurrency.bySchedule(
    { schedule: ScheduleExpression.cron({ hour: '8', minute: '0', timeZone }), executions: 2 },
    { schedule: ScheduleExpression.cron({ hour: '18', minute: '0', timeZone }), executions: 0 },
  ),
  rollout: Rollout.allAtOnce(),
});
new LiveFunction(stack, 'Scaled', {
  function: inlineFunction(stack, 'ScaledFn', 'return 1;'),
  provisionedConcurrency: ProvisionedConcurrency.byUtilization({ min: 1, max: 3, target: 0.6 }),
  rollout: Rollout.linear({ percent: 30, interval: Duration.minutes(2) }),
  alarms: { rollback: AlarmSetting.threshold(10) },
});

outputs(stack, { AliasArn: live.alias.functionArn, Queue: worker.queue.queueUrl });

const integ = new IntegTest(app, 'LiveFunctionRollout', {
  testCases: [stack],
  cdkCommandOptions: { destroy: { args: { force: true } } },
});
const called = integ.assertions.awsApiCall('Lambda', 'invoke', { FunctionName: live.alias.functionArn });
called.provider.addToRolePolicy({ Effect: 'Allow', Action: ['lambda:InvokeFunction'], Resource: [live.alias.functionArn] });
called.expect(ExpectedResult.objectLike({ ExecutedVersion: '1' })); // and not $LATEST
