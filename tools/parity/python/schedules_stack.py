from aws_cdk import (
    CfnOutput, Duration, Stack, TimeZone,
    aws_dynamodb as dynamodb, aws_kms as kms, aws_lambda as lambda_, aws_logs as logs, aws_scheduler as scheduler, aws_sqs as sqs,
)
from cdk_serverless_patterns import (
    AlarmActions, AlarmSetting, CleanupTarget, OverlapPolicy, ScheduledCleanup, ScheduledJob, ScheduledRunAlarms, TimestampFormat,
)
from constructs import Construct

from inline_function import inline_function


class SchedulesStack(Stack):
    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        key = kms.Key(self, 'Key')
        report_sales = inline_function(self, 'ReportSales')
        report = ScheduledJob(
            self, 'Report',
            function=lambda_.Alias(self, 'Live', alias_name='live', version=report_sales.current_version),
            schedule=scheduler.ScheduleExpression.cron(minute='30', hour='3', time_zone=TimeZone.EUROPE_BERLIN),
            time_window=scheduler.TimeWindow.flexible(Duration.minutes(15)),
            input={'kind': 'daily', 'regions': ['north', 'south'], 'limits': {'most': 7}},
            retry_attempts=4,
            max_event_age=Duration.hours(2),
            expected_every=Duration.days(1),
            encryption_key=key,
            tracing=False,
            log_retention=logs.RetentionDays.ONE_WEEK,
            alarms=ScheduledRunAlarms(
                failed=AlarmSetting.threshold(3, period=Duration.hours(1)),
                dead_letters=AlarmSetting.off('a trial'),
            ),
        )
        report.grant_run(inline_function(self, 'ReportNow'))
        parking = sqs.Queue(self, 'Parking')
        reconciliation = ScheduledJob(
            self, 'Reconciliation',
            function=lambda_.Function.from_function_name(self, 'Reconcile', 'reconcile'),
            function_timeout=Duration.minutes(1),
            schedule=scheduler.ScheduleExpression.rate(Duration.minutes(10)),
            overlap=OverlapPolicy.ALLOW,
            enabled=False,
            dead_letter_queue=parking,
        )

        sessions = dynamodb.Table(
            self, 'Sessions',
            partition_key=dynamodb.Attribute(name='user', type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name='session', type=dynamodb.AttributeType.NUMBER),
            encryption_key=key,
        )
        sweep = ScheduledCleanup(
            self, 'OldSessions',
            target=CleanupTarget.items(sessions, timestamp='lastSeen', format=TimestampFormat.EPOCH_SECONDS, segments=4),
            older_than=Duration.hours(36),
            schedule=scheduler.ScheduleExpression.cron(minute='0', hour='*/6'),
            max_deletes=50_000,
            time_window=scheduler.TimeWindow.flexible(Duration.minutes(5)),
            expected_every=Duration.hours(6),
            encryption_key=key,
            log_retention=logs.RetentionDays.ONE_WEEK,
            alarms=ScheduledRunAlarms(failed=AlarmSetting.threshold(2)),
        )
        sweep.metric_deleted(period=Duration.hours(6)).create_alarm(self, 'ManyDeleted', threshold=10_000, evaluation_periods=1)
        drafts = dynamodb.Table.from_table_name(self, 'Drafts', 'drafts')
        count = ScheduledCleanup(
            self, 'OldDrafts',
            target=CleanupTarget.items(drafts, timestamp='created_at', keys=['pk', 'sk']),
            older_than=Duration.days(30),
            dry_run=True,
        )
        AlarmActions.of(self).none('a trial')

        made = {
            'ReportMachine': report.state_machine.state_machine_arn,
            'ReportSchedule': report.schedule.schedule_name,
            'ReportFailed': report.failed_alarm.alarm_arn,
            'ReportMissed': report.missed_alarm.alarm_arn,
            'ReportDeadLettersAlarm': 'true' if report.dead_letters_alarm else 'false',
            'ReconciliationDeadLetters': reconciliation.dead_letter_queue.queue_url,
            'SweepFunction': sweep.function.function_arn,
            'CountMachine': count.state_machine.state_machine_arn,
        }
        for name, value in made.items():
            CfnOutput(self, name, value=value)
