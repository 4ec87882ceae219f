from aws_cdk import (
    CfnOutput, Duration, JsonNull, Stack,
    aws_events as events, aws_kinesis as kinesis, aws_kms as kms, aws_logs as logs, aws_sns as sns, aws_sqs as sqs, aws_stepfunctions as sfn,
)
from cdk_serverless_patterns import AlarmActions, AlarmSetting, DeadLetters, EventContract, EventFanOut, EventSubscription, Subscriber
from constructs import Construct

from inline_function import inline_function
from subscribers import DirectSubscriber, StreamSubscriber

order_placed = EventContract(
    source='shop.orders',
    detail_type='OrderPlaced',
    schema={
        'type': 'object',
        'required': ['orderId'],
        'properties': {
            'orderId': {'type': 'string'},
            'total': {'type': 'number'},
            'country': {'type': 'string'},
            'express': {'type': 'boolean'},
            'coupon': {'type': ['string', 'null']},
            'items': {'type': 'array', 'items': {'type': 'object', 'properties': {'sku': {'type': 'string'}, 'quantity': {'type': 'integer'}}}},
        },
    },
)
order_cancelled = EventContract(source='shop.orders', detail_type='OrderCancelled')

valuable = order_placed.where({'total': [{'numeric': ['>=', 1000]}]})
abroad = order_placed.where({
    'total': events.Match.interval(0.5, 1000),
    'country': events.Match.anything_but('DE'),
    'express': [True],
    'coupon': events.Match.null_value(),
    'items': {'sku': events.Match.any_of(events.Match.prefix('book-'), events.Match.suffix('-paper')), 'quantity': [1, 2]},
})
either = order_placed.where({'$or': [{'country': ['AT']}, {'total': [{'numeric': ['>', 0, '<', 10]}]}]})


class EventFanOutStack(Stack):
    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        key = kms.Key(self, 'Key')
        order_events = EventFanOut(
            self, 'OrderEvents', archive_retention=Duration.days(30), archive_pattern=order_placed.all(), encryption_key=key)
        order_events.grant_publish(inline_function(self, 'CreateOrder'), order_placed, order_cancelled)

        inventory = order_events.subscribe(
            'Inventory',
            on=order_placed.all(),
            to=Subscriber.function(
                inline_function(self, 'InventoryFunction'),
                max_concurrency=5,
                batch_size=20,
                max_batching_window=Duration.seconds(10),
                max_receive_count=3,
            ),
            retry_attempts=10,
            max_event_age=Duration.minutes(30),
            input=events.RuleTargetInput.from_event_path('$.detail'),
        )
        order_events.subscribe(
            'Vip',
            on=valuable,
            to=Subscriber.async_function(inline_function(self, 'VipFunction'), retry_attempts=1, max_event_age=Duration.hours(1)),
            alarm=AlarmSetting.threshold(10, evaluation_periods=3, datapoints_to_alarm=2),
        )
        order_events.subscribe('Customs', on=abroad, to=Subscriber.queue(sqs.Queue(self, 'CustomsQueue', encryption_master_key=key)))
        order_events.subscribe(
            'Small',
            on=either,
            to=Subscriber.queue(sqs.Queue(self, 'SmallQueue', fifo=True, content_based_deduplication=True), message_group_id='orders'),
            alarm=AlarmSetting.off('a trial'),
        )
        order_events.subscribe(
            'Alerts',
            on=valuable,
            to=Subscriber.topic(sns.Topic(self, 'AlertsTopic')),
            input=events.RuleTargetInput.from_text(f"Order {events.EventField.from_path('$.detail.orderId')}"),
        )
        fulfil = sfn.StateMachine(self, 'Fulfil', definition_body=sfn.DefinitionBody.from_chainable(sfn.Pass(self, 'Done')))
        order_events.subscribe(
            'Fulfilment',
            on=order_placed.all(),
            to=Subscriber.state_machine(fulfil),
            input=events.RuleTargetInput.from_object({'id': events.EventField.event_id, 'order': events.EventField.from_path('$.detail')}),
        )
        order_events.subscribe('Partner', on=order_cancelled.all(), to=Subscriber.event_bus(events.EventBus(self, 'PartnerBus')))
        order_events.subscribe(
            'Audit',
            on=events.EventPattern(source=events.Match.prefix('')),
            to=Subscriber.log_group(logs.LogGroup(self, 'AuditLog', retention=logs.RetentionDays.ONE_YEAR)),
        )
        order_events.subscribe('Stream', on=order_placed.all(), to=StreamSubscriber(kinesis.Stream(self, 'OrderStream')))
        order_events.subscribe('Direct', on=order_placed.all(), to=DirectSubscriber(inline_function(self, 'DirectFunction')))

        uploads = EventSubscription(
            self, 'Uploads',
            event_bus=events.EventBus.from_event_bus_name(self, 'Default', 'default'),
            on=events.EventPattern(source=['aws.s3'], detail_type=['Object Created']),
            to=DirectSubscriber(inline_function(self, 'UploadsFunction')),
            dead_letter_queue=DeadLetters(self, 'Shared', retention=Duration.days(7)).queue,
        )
        AlarmActions.of(self).none('a trial')

        order = order_placed.sample({
            'orderId': '1',
            'total': 1000,
            'country': 'AT',
            'express': True,
            'coupon': JsonNull.INSTANCE,  # None would not arrive
            'items': [{'sku': 'book-1', 'quantity': 2}],
        })
        verdicts = {
            'Valuable': EventContract.matches(valuable, order),
            'Abroad': EventContract.matches(abroad, order),
            'Either': EventContract.matches(either, order),
            'Cancelled': EventContract.matches(order_cancelled.all(), order),
        }
        for name, verdict in verdicts.items():
            CfnOutput(self, name, value='true' if verdict else 'false')
        made = {
            'Archive': order_events.archive.archive_ref.archive_name,
            'BusDeadLetters': order_events.event_bus_dead_letter_queue.queue_url,
            'InventoryQueue': inventory.queue.queue_url,
            'InventoryAlarm': inventory.dead_letters_alarm.alarm_arn,
            'UploadsRule': uploads.rule.rule_arn,
        }
        for name, value in made.items():
            CfnOutput(self, name, value=value)
