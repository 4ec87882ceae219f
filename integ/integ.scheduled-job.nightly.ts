/** A job under a customer-managed key, through an alias: one time is run once, however often it is started, and a run that fails fails with its error. */
import { ExpectedResult, IntegTest, Match } from '@aws-cdk/integ-tests-alpha';
import { Duration, Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { ScheduleExpression, TimeWindow } from 'aws-cdk-lib/aws-scheduler';
import { AlarmActions, OverlapPolicy, ScheduledJob } from '../src';
import { inlineFunction, integApp, outputs } from './support/apps';
import { namedRun } from './support/runs';

const app = integApp();
const stack = new Stack(app, 'IntegScheduledJobNightly');
AlarmActions.of(stack).none('a test');

const report = inlineFunction(stack, 'Report', `
  if (event.scheduledTime.startsWith('2026-01-03')) throw Object.assign(new Error('as asked'), { name: 'Refused' });
  return event;`);
const nightly = new ScheduledJob(stack, 'Nightly', {
  function: new lambda.Alias(stack, 'Live', { aliasName: 'live', version: report.currentVersion }),
  schedule: ScheduleExpression.cron({ minute: '0', hour: '3' }),
  timeWindow: TimeWindow.flexible(Duration.minutes(15)),
  input: { kind: 'daily' },
  retryAttempts: 1,
  expectedEvery: Duration.days(1),
  encryptionKey: new kms.Key(stack, 'Key', { enableKeyRotation: true }),
});
const hourly = new ScheduledJob(stack, 'Hourly', {
  function: report,
  schedule: ScheduleExpression.rate(Duration.hours(1)),
  overlap: OverlapPolicy.ALLOW,
  deadLetterQueue: nightly.deadLetterQueue,
  enabled: false,
});

outputs(stack, { NightlyArn: nightly.stateMachine.stateMachineArn, HourlyArn: hourly.stateMachine.stateMachineArn });

const integ = new IntegTest(app, 'ScheduledJobNightly', {
  testCases: [stack],
  cdkCommandOptions: { destroy: { args: { force: true } } },
});
/** A run of a time, started by hand, ends so. */
const runs = ({ stateMachine }: ScheduledJob, name: string, time: string, expected: object) =>
  namedRun(integ, stateMachine, name, time, ExpectedResult.objectLike(expected));
const skipped = { status: 'SUCCEEDED', output: Match.serializedJson({ skipped: 'this time, or a later one, was run before' }) };

const steps = [
  runs(nightly, 'first', '2026-01-02T03:00:00Z', { status: 'SUCCEEDED' }),
  runs(nightly, 'duplicate', '2026-01-02T04:00:00+01:00', skipped),
  runs(nightly, 'earlier', '2026-01-01T03:00:00Z', skipped),
  runs(nightly, 'failing', '2026-01-03T03:00:00Z', { status: 'FAILED', error: 'Refused' }),
  runs(nightly, 'next', '2026-01-04T03:00:00Z', { status: 'SUCCEEDED' }),
  runs(hourly, 'one', '2026-01-02T03:00:00Z', { status: 'SUCCEEDED' }),
  runs(hourly, 'another', '2026-01-01T03:00:00Z', { status: 'SUCCEEDED' }),
];
steps.slice(1).forEach(({ start }, n) => steps[n].end.next(start));
