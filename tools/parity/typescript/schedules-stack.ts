import { CfnOutput, Duration, Stack, TimeZone } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { ScheduleExpression, TimeWindow } from 'aws-cdk-lib/aws-scheduler';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { inlineFunction } from './inline-function';
import { AlarmActions, AlarmSetting, CleanupTarget, OverlapPolicy, ScheduledCleanup, ScheduledJob, TimestampFormat } from 'cdk-serverless-patterns';

export class SchedulesStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const key = new kms.Key(this, 'Key');
    const reportSales = inlineFunction(this, 'ReportSales');
    const report = new ScheduledJob(this, 'Report', {
      function: new lambda.Alias(this, 'Live', { aliasName: 'live', version: reportSales.currentVersion }),
      schedule: ScheduleExpression.cron({ minute: '30', hour: '3', timeZone: TimeZone.EUROPE_BERLIN }),
      timeWindow: TimeWindow.flexible(Duration.minutes(15)),
      input: { kind: 'daily', regions: ['north', 'south'], limits: { most: 7 } },
      retryAttempts: 4,
      maxEventAge: Duration.hours(2),
      expectedEvery: Duration.days(1),
      encryptionKey: key,
      tracing: false,
      logRetention: logs.RetentionDays.ONE_WEEK,
      alarms: {
        failed: AlarmSetting.threshold(3, { period: Duration.hours(1) }),
        deadLetters: AlarmSetting.off('a trial'),
      },
    });
    report.grantRun(inlineFunction(this, 'ReportNow'));
    const parking = new sqs.Queue(this, 'Parking');
    const reconciliation = new ScheduledJob(this, 'Reconciliation', {
      function: lambda.Function.fromFunctionName(this, 'Reconcile', 'reconcile'),
      functionTimeout: Duration.minutes(1),
      schedule: ScheduleExpression.rate(Duration.minutes(10)),
      overlap: OverlapPolicy.ALLOW,
      enabled: false,
      deadLetterQueue: parking,
    });

    const sessions = new dynamodb.Table(this, 'Sessions', {
      partitionKey: { name: 'user', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'session', type: dynamodb.AttributeType.NUMBER },
      encryptionKey: key,
    });
    const sweep = new ScheduledCleanup(this, 'OldSessions', {
      target: CleanupTarget.items(sessions, { timestamp: 'lastSeen', format: TimestampFormat.EPOCH_SECONDS, segments: 4 }),
      olderThan: Duration.hours(36),
      schedule: ScheduleExpression.cron({ minute: '0', hour: '*/6' }),
      maxDeletes: 50_000,
      timeWindow: TimeWindow.flexible(Duration.minutes(5)),
      expectedEvery: Duration.hours(6),
      encryptionKey: key,
      logRetention: logs.RetentionDays.ONE_WEEK,
      alarms: { failed: AlarmSetting.threshold(2) },
    });
    sweep.metricDeleted({ period: Duration.hours(6) }).createAlarm(this, 'ManyDeleted', { threshold: 10_000, evaluationPeriods: 1 });
    const drafts = dynamodb.Table.fromTableName(this, 'Drafts', 'drafts');
    const count = new ScheduledCleanup(this, 'OldDrafts', {
      target: CleanupTarget.items(drafts, { timestamp: 'created_at', keys: ['pk', 'sk'] }),
      olderThan: Duration.days(30),
      dryRun: true,
    });
    AlarmActions.of(this).none('a trial');

    const made = {
      ReportMachine: report.stateMachine.stateMachineArn,
      ReportSchedule: report.schedule.scheduleName,
      ReportFailed: report.failedAlarm!.alarmArn,
      ReportMissed: report.missedAlarm!.alarmArn,
      ReportDeadLettersAlarm: String(report.deadLettersAlarm !== undefined),
      ReconciliationDeadLetters: reconciliation.deadLetterQueue.queueUrl,
      SweepFunction: sweep.function.functionArn,
      CountMachine: count.stateMachine.stateMachineArn,
    };
    for (const [name, value] of Object.entries(made)) new CfnOutput(this, name, { value });
  }
}
