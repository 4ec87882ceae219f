package parity;

import io.github.cdkserverlesspatterns.AlarmActions;
import io.github.cdkserverlesspatterns.AlarmSetting;
import io.github.cdkserverlesspatterns.ApiAccess;
import io.github.cdkserverlesspatterns.ApiRoute;
import io.github.cdkserverlesspatterns.CapacityWindow;
import io.github.cdkserverlesspatterns.FunctionApi;
import io.github.cdkserverlesspatterns.FunctionDefaults;
import io.github.cdkserverlesspatterns.FunctionDefaultsProps;
import io.github.cdkserverlesspatterns.HandlerDefaults;
import io.github.cdkserverlesspatterns.HandlerDefaultsProps;
import io.github.cdkserverlesspatterns.JwtAccessOptions;
import io.github.cdkserverlesspatterns.LiveFunction;
import io.github.cdkserverlesspatterns.LiveFunctionAlarms;
import io.github.cdkserverlesspatterns.ProvisionedConcurrency;
import io.github.cdkserverlesspatterns.Rollout;
import io.github.cdkserverlesspatterns.RolloutOptions;
import io.github.cdkserverlesspatterns.TrafficStep;
import io.github.cdkserverlesspatterns.UtilizationOptions;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.TimeZone;
import software.amazon.awscdk.services.iam.IManagedPolicy;
import software.amazon.awscdk.services.iam.ManagedPolicy;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.amazon.awscdk.services.scheduler.CronOptionsWithTimezone;
import software.amazon.awscdk.services.scheduler.ScheduleExpression;
import software.amazon.awscdk.services.sns.Topic;
import software.constructs.Construct;

final class LiveStack extends Stack {
  LiveStack(Construct scope, String id) {
    super(scope, id);
    FunctionDefaults.of(this).apply(FunctionDefaultsProps.builder()
        .logRetention(RetentionDays.ONE_WEEK)
        .asyncRetryAttempts(1)
        .asyncMaxEventAge(Duration.hours(1))
        .build());
    IManagedPolicy boundary = ManagedPolicy.fromManagedPolicyName(this, "Boundary", "workloads");
    HandlerDefaults.of(this).apply(HandlerDefaultsProps.builder().memorySize(512).permissionsBoundary(boundary).build());
    LiveFunction orders = LiveFunction.Builder.create(this, "Orders")
        .function(InlineFunction.create(this, "CreateOrder"))
        .provisionedConcurrency(ProvisionedConcurrency.of(5))
        .rollout(Rollout.canary(
            TrafficStep.builder().percent(10).interval(Duration.minutes(5)).build(),
            RolloutOptions.builder().preHook(InlineFunction.create(this, "TryOrder")).build()))
        .publishOn(List.of("prices-7"))
        .alarms(LiveFunctionAlarms.builder().rollback(AlarmSetting.threshold(10)).spillover(AlarmSetting.threshold(1)).build())
        .build();
    FunctionApi.Builder.create(this, "Api")
        .access(ApiAccess.jwt("https://login.example.com/", JwtAccessOptions.builder().audience(List.of("shop")).build()))
        .routes(Map.of("POST /orders", ApiRoute.to(orders.getAlias())))
        .build();
    LiveFunction.Builder.create(this, "Reports")
        .function(InlineFunction.create(this, "Report"))
        .aliasName("prod")
        .provisionedConcurrency(ProvisionedConcurrency.bySchedule(window("45", "7", 20), window("0", "18", 0)))
        .rollout(Rollout.linear(TrafficStep.builder().percent(30).interval(Duration.minutes(2)).build()))
        .build();
    LiveFunction.Builder.create(this, "Searches")
        .function(InlineFunction.create(this, "Search"))
        .provisionedConcurrency(ProvisionedConcurrency.byUtilization(UtilizationOptions.builder().min(1).max(9).target(0.6).build()))
        .rollout(Rollout.allAtOnce())
        .alarms(LiveFunctionAlarms.builder().utilization(AlarmSetting.threshold(0.9)).build())
        .build();
    AlarmActions.of(this).addTopic(new Topic(this, "OnCall"));
  }

  private static CapacityWindow window(String minute, String hour, int executions) {
    CronOptionsWithTimezone when = CronOptionsWithTimezone.builder().minute(minute).hour(hour).timeZone(TimeZone.EUROPE_BERLIN).build();
    return CapacityWindow.builder().schedule(ScheduleExpression.cron(when)).executions(executions).build();
  }
}
