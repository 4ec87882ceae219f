from typing import Optional

import jsii
from aws_cdk import (
    aws_events as events, aws_events_targets as targets, aws_iam as iam, aws_kinesis as kinesis, aws_kms as kms, aws_lambda as lambda_,
)
from cdk_serverless_patterns import DeadLetters, ISubscriber
from constructs import Construct


@jsii.implements(ISubscriber)
class StreamSubscriber:
    """Hands over to a target of the CDK's own."""

    def __init__(self, stream: kinesis.IStream) -> None:
        self.stream = stream

    def bind(self, _scope: Construct, *, rule: events.IRule, **_context) -> events.RuleTargetConfig:
        return targets.KinesisStream(self.stream).bind(rule, 'Stream')


@jsii.implements(ISubscriber)
class DirectSubscriber:
    """Makes everything itself, from all that the context has."""

    def __init__(self, handler: lambda_.Function) -> None:
        self.handler = handler

    def bind(
        self, scope: Construct, *, rule: events.IRule, dead_letters: DeadLetters, encryption_key: Optional[kms.IKey] = None,
    ) -> events.RuleTargetConfig:
        lambda_.CfnPermission(
            scope, 'Invoke',
            function_name=self.handler.function_arn,
            action='lambda:InvokeFunction',
            principal='events.amazonaws.com',
            source_arn=rule.rule_arn,
        )
        dead_letters.allow_sender(
            iam.ServicePrincipal('scheduler.amazonaws.com'), 'arn:aws:scheduler:eu-central-1:111122223333:schedule/default/again')
        dead_letters.grant_send(self.handler)
        self.handler.add_environment('DEAD_LETTERS', dead_letters.queue.queue_url)
        if encryption_key:
            self.handler.add_environment('KEY', encryption_key.key_arn)
        return events.RuleTargetConfig(arn=self.handler.function_arn)
