package parity;

import io.github.cdkserverlesspatterns.AlarmActions;
import io.github.cdkserverlesspatterns.AlarmSetting;
import io.github.cdkserverlesspatterns.AlarmSettingOptions;
import io.github.cdkserverlesspatterns.CleanupItemsOptions;
import io.github.cdkserverlesspatterns.CleanupTarget;
import io.github.cdkserverlesspatterns.OverlapPolicy;
import io.github.cdkserverlesspatterns.ScheduledCleanup;
import io.github.cdkserverlesspatterns.ScheduledJob;
import io.github.cdkserverlesspatterns.ScheduledRunAlarms;
import io.github.cdkserverlesspatterns.TimestampFormat;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.TimeZone;
import software.amazon.awscdk.services.cloudwatch.CreateAlarmOptions;
import software.amazon.awscdk.services.cloudwatch.MetricOptions;
import software.amazon.awscdk.services.dynamodb.Attribute;
import software.amazon.awscdk.services.dynamodb.AttributeType;
import software.amazon.awscdk.services.dynamodb.ITable;
import software.amazon.awscdk.services.dynamodb.Table;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.lambda.Alias;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.amazon.awscdk.services.scheduler.CronOptionsWithTimezone;
import software.amazon.awscdk.services.scheduler.ScheduleExpression;
import software.amazon.awscdk.services.scheduler.TimeWindow;
import software.amazon.awscdk.services.sqs.Queue;
import software.constructs.Construct;

final class SchedulesStack extends Stack {
  SchedulesStack(Construct scope, String id) {
    super(scope, id);
    Key key = new Key(this, "Key");
    Function reportSales = InlineFunction.create(this, "ReportSales");
    ScheduledJob report = ScheduledJob.Builder.create(this, "Report")
        .function(Alias.Builder.create(this, "Live").aliasName("live").version(reportSales.getCurrentVersion()).build())
        .schedule(ScheduleExpression.cron(CronOptionsWithTimezone.builder().minute("30").hour("3").timeZone(TimeZone.EUROPE_BERLIN).build()))
        .timeWindow(TimeWindow.flexible(Duration.minutes(15)))
        .input(Map.of("kind", "daily", "regions", List.of("north", "south"), "limits", Map.of("most", 7)))
        .retryAttempts(4)
        .maxEventAge(Duration.hours(2))
        .expectedEvery(Duration.days(1))
        .encryptionKey(key)
        .tracing(false)
        .logRetention(RetentionDays.ONE_WEEK)
        .alarms(ScheduledRunAlarms.builder()
            .failed(AlarmSetting.threshold(3, AlarmSettingOptions.builder().period(Duration.hours(1)).build()))
            .deadLetters(AlarmSetting.off("a trial"))
            .build())
        .build();
    report.grantRun(InlineFunction.create(this, "ReportNow"));
    Queue parking = new Queue(this, "Parking");
    ScheduledJob reconciliation = ScheduledJob.Builder.create(this, "Reconciliation")
        .function(Function.fromFunctionName(this, "Reconcile", "reconcile"))
        .functionTimeout(Duration.minutes(1))
        .schedule(ScheduleExpression.rate(Duration.minutes(10)))
        .overlap(OverlapPolicy.ALLOW)
        .enabled(false)
        .deadLetterQueue(parking)
        .build();

    Table sessions = Table.Builder.create(this, "Sessions")
        .partitionKey(Attribute.builder().name("user").type(AttributeType.STRING).build())
        .sortKey(Attribute.builder().name("session").type(AttributeType.NUMBER).build())
        .encryptionKey(key)
        .build();
    ScheduledCleanup sweep = ScheduledCleanup.Builder.create(this, "OldSessions")
        .target(CleanupTarget.items(sessions, CleanupItemsOptions.builder()
            .timestamp("lastSeen")
            .format(TimestampFormat.EPOCH_SECONDS)
            .segments(4)
            .build()))
        .olderThan(Duration.hours(36))
        .schedule(ScheduleExpression.cron(CronOptionsWithTimezone.builder().minute("0").hour("*/6").build()))
        .maxDeletes(50_000)
        .timeWindow(TimeWindow.flexible(Duration.minutes(5)))
        .expectedEvery(Duration.hours(6))
        .encryptionKey(key)
        .logRetention(RetentionDays.ONE_WEEK)
        .alarms(ScheduledRunAlarms.builder().failed(AlarmSetting.threshold(2)).build())
        .build();
    sweep.metricDeleted(MetricOptions.builder().period(Duration.hours(6)).build())
        .createAlarm(this, "ManyDeleted", CreateAlarmOptions.builder().threshold(10_000).evaluationPeriods(1).build());
    ITable drafts = Table.fromTableName(this, "Drafts", "drafts");
    ScheduledCleanup count = ScheduledCleanup.Builder.create(this, "OldDrafts")
        .target(CleanupTarget.items(drafts, CleanupItemsOptions.builder().timestamp("created_at").keys(List.of("pk", "sk")).build()))
        .olderThan(Duration.days(30))
        .dryRun(true)
        .build();
    AlarmActions.of(this).none("a trial");

    Map<String, String> made = Map.of(
        "ReportMachine", report.getStateMachine().getStateMachineArn(),
        "ReportSchedule", report.getSchedule().getScheduleName(),
        "ReportFailed", report.getFailedAlarm().getAlarmArn(),
        "ReportMissed", report.getMissedAlarm().getAlarmArn(),
        "ReportDeadLettersAlarm", String.valueOf(report.getDeadLettersAlarm() != null),
        "ReconciliationDeadLetters", reconciliation.getDeadLetterQueue().getQueueUrl(),
        "SweepFunction", sweep.getFunction().getFunctionArn(),
        "CountMachine", count.getStateMachine().getStateMachineArn());
    made.forEach((name, value) -> CfnOutput.Builder.create(this, name).value(value).build());
  }
}
