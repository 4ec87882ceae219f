from aws_cdk import Duration, Stack, TimeZone, aws_iam as iam, aws_logs as logs, aws_scheduler as scheduler, aws_sns as sns
from cdk_serverless_patterns import (
    AlarmActions, AlarmSetting, ApiAccess, ApiRoute, CapacityWindow, FunctionApi, FunctionDefaults, HandlerDefaults, LiveFunction, LiveFunctionAlarms,
    ProvisionedConcurrency, Rollout, TrafficStep,
)
from constructs import Construct

from inline_function import inline_function


class LiveStack(Stack):
    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        FunctionDefaults.of(self).apply(log_retention=logs.RetentionDays.ONE_WEEK, async_retry_attempts=1, async_max_event_age=Duration.hours(1))
        boundary = iam.ManagedPolicy.from_managed_policy_name(self, 'Boundary', 'workloads')
        HandlerDefaults.of(self).apply(memory_size=512, permissions_boundary=boundary)
        orders = LiveFunction(
            self, 'Orders',
            function=inline_function(self, 'CreateOrder'),
            provisioned_concurrency=ProvisionedConcurrency.of(5),
            rollout=Rollout.canary(TrafficStep(percent=10, interval=Duration.minutes(5)), pre_hook=inline_function(self, 'TryOrder')),
            publish_on=['prices-7'],
            alarms=LiveFunctionAlarms(rollback=AlarmSetting.threshold(10), spillover=AlarmSetting.threshold(1)),
        )
        FunctionApi(
            self, 'Api',
            access=ApiAccess.jwt('https://login.example.com/', audience=['shop']),
            routes={'POST /orders': ApiRoute.to(orders.alias)},
        )
        time_zone = TimeZone.EUROPE_BERLIN
        LiveFunction(
            self, 'Reports',
            function=inline_function(self, 'Report'),
            alias_name='prod',
            provisioned_concurrency=ProvisionedConcurrency.by_schedule(
                CapacityWindow(schedule=scheduler.ScheduleExpression.cron(minute='45', hour='7', time_zone=time_zone), executions=20),
                CapacityWindow(schedule=scheduler.ScheduleExpression.cron(minute='0', hour='18', time_zone=time_zone), executions=0),
            ),
            rollout=Rollout.linear(TrafficStep(percent=30, interval=Duration.minutes(2))),
        )
        LiveFunction(
            self, 'Searches',
            function=inline_function(self, 'Search'),
            provisioned_concurrency=ProvisionedConcurrency.by_utilization(min=1, max=9, target=0.6),
            rollout=Rollout.all_at_once(),
            alarms=LiveFunctionAlarms(utilization=AlarmSetting.threshold(0.9)),
        )
        AlarmActions.of(self).add_topic(sns.Topic(self, 'OnCall'))
