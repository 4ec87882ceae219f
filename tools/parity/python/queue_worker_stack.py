from aws_cdk import CfnOutput, Duration, Stack, aws_events as events, aws_iam as iam, aws_lambda as lambda_, aws_s3 as s3, aws_sns as sns
from cdk_serverless_patterns import AlarmActions, AlarmSetting, DeadLetters, QueueWorker, QueueWorkerAlarms
from constructs import Construct

from inline_function import inline_function


class QueueWorkerStack(Stack):
    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        orders = sns.Topic(self, 'Orders')
        invoices = QueueWorker(
            self, 'Invoices',
            function=inline_function(self, 'SendInvoice'),
            max_concurrency=4,
            filters=[
                {'body': {'amount': [{'numeric': ['>', 0]}], 'kind': ['invoice']}},
                {'messageAttributes': {'kind': {'stringValue': events.Match.prefix('invoice-')}}},
            ],
            alarms=QueueWorkerAlarms(
                dead_letters=AlarmSetting.threshold(5, period=Duration.minutes(1)),
                oldest_message=AlarmSetting.threshold(3600),
            ),
        )
        invoices.grant_send(inline_function(self, 'CreateOrder'))
        invoices.receive_from_topic(orders, filter_policy={
            'kind': sns.SubscriptionFilter.string_filter(allowlist=['invoice']),
            'amount': sns.SubscriptionFilter.numeric_filter(greater_than=0),
        })

        uploads = QueueWorker(self, 'Uploads', function=inline_function(self, 'ReadUpload'), batch_size=100)
        uploads.receive_from_bucket(s3.Bucket(self, 'Bucket'), prefix='incoming/', suffix='.csv')
        uploads.receive_from_topic(
            orders,
            filter_policy_with_message_body={
                'order': sns.FilterOrPolicy.policy({'kind': sns.FilterOrPolicy.filter(sns.SubscriptionFilter.exists_filter())}),
            },
            raw_message_delivery=False,
        )

        bookings = inline_function(self, 'Book')
        live = lambda_.Alias(self, 'Live', alias_name='live', version=bookings.current_version)
        ledger = QueueWorker(self, 'Ledger', function=live, fifo=True, alarms=QueueWorkerAlarms(dead_letters=AlarmSetting.off('a trial')))
        CfnOutput(self, 'LedgerAlarm', value='true' if ledger.dead_letters_alarm else 'false')

        dead_letters = DeadLetters(self, 'Undelivered', retention=Duration.days(7), alarm=AlarmSetting.threshold(2))
        dead_letters.allow_sender(iam.ServicePrincipal('sns.amazonaws.com'), orders.topic_arn)
        AlarmActions.of(self).add_topic(sns.Topic(self, 'OnCall'))
