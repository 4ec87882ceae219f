from typing import Optional

import jsii
from aws_cdk import (
    Duration, aws_dynamodb as dynamodb, aws_events as events, aws_sqs as sqs, aws_stepfunctions as sfn, aws_stepfunctions_tasks as tasks,
)
from cdk_serverless_patterns import ISagaTask
from constructs import Construct


@jsii.implements(ISagaTask)
class SeatTask:
    """Books under the key of the action, and as compensation forgets what is there under it."""

    def __init__(self, seats: dynamodb.ITable) -> None:
        self.seats = seats

    def bind(self, scope: Construct, *, idempotency_key: str, action_key: Optional[str] = None, **_context) -> sfn.TaskStateBase:
        text = tasks.DynamoAttributeValue.from_string
        if action_key:
            return tasks.DynamoDeleteItem(scope, 'Task', table=self.seats, key={'key': text(action_key)})
        return tasks.DynamoPutItem(
            scope, 'Task',
            table=self.seats,
            item={'key': text(idempotency_key), 'seat': text(sfn.JsonPath.string_at('$$.Execution.Input.seat'))},
            condition_expression='attribute_not_exists(seat)',
        )


@jsii.implements(ISagaTask)
class MessageTask:
    """Sends what a function would get, from all that the context has."""

    def __init__(self, queue: sqs.IQueue) -> None:
        self.queue = queue

    def bind(
        self, scope: Construct, *, step_name: str, payload: sfn.TaskInput, idempotency_key: str, timeout: Duration, **_context,
    ) -> sfn.TaskStateBase:
        return tasks.SqsSendMessage(
            scope, 'Task',
            queue=self.queue,
            message_body=payload,
            message_group_id=step_name,
            message_deduplication_id=idempotency_key,
            task_timeout=sfn.Timeout.duration(timeout),
        )


@jsii.implements(ISagaTask)
class AnnounceTask:
    """Puts some of what a function would get into a message of its own."""

    def __init__(self, bus: events.IEventBus) -> None:
        self.bus = bus

    def bind(self, scope: Construct, *, step_name: str, payload: sfn.TaskInput, **_context) -> sfn.TaskStateBase:
        return tasks.EventBridgePutEvents(scope, 'Task', entries=[tasks.EventBridgePutEventsEntry(
            event_bus=self.bus,
            source='journeys',
            detail_type=step_name,
            detail=sfn.TaskInput.from_object({'journey': payload.value['input'], 'key': payload.value['idempotencyKey']}),
        )])
