import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { ISagaTask, SagaTaskContext } from 'cdk-serverless-patterns';

/** Books under the key of the action, and as compensation forgets what is there under it. */
export class SeatTask implements ISagaTask {
  constructor(private readonly seats: dynamodb.ITable) {}

  public bind(scope: Construct, { idempotencyKey, actionKey }: SagaTaskContext): sfn.TaskStateBase {
    if (actionKey) {
      return new tasks.DynamoDeleteItem(scope, 'Task', { table: this.seats, key: { key: tasks.DynamoAttributeValue.fromString(actionKey) } });
    }
    return new tasks.DynamoPutItem(scope, 'Task', {
      table: this.seats,
      item: {
        key: tasks.DynamoAttributeValue.fromString(idempotencyKey),
        seat: tasks.DynamoAttributeValue.fromString(sfn.JsonPath.stringAt('$$.Execution.Input.seat')),
      },
      conditionExpression: 'attribute_not_exists(seat)',
    });
  }
}

/** Sends what a function would get, from all that the context has. */
export class MessageTask implements ISagaTask {
  constructor(private readonly queue: sqs.IQueue) {}

  public bind(scope: Construct, { stepName, payload, idempotencyKey, timeout }: SagaTaskContext): sfn.TaskStateBase {
    return new tasks.SqsSendMessage(scope, 'Task', {
      queue: this.queue,
      messageBody: payload,
      messageGroupId: stepName,
      messageDeduplicationId: idempotencyKey,
      taskTimeout: sfn.Timeout.duration(timeout),
    });
  }
}

/** Puts some of what a function would get into a message of its own. */
export class AnnounceTask implements ISagaTask {
  constructor(private readonly bus: events.IEventBus) {}

  public bind(scope: Construct, { stepName, payload }: SagaTaskContext): sfn.TaskStateBase {
    return new tasks.EventBridgePutEvents(scope, 'Task', {
      entries: [{
        eventBus: this.bus,
        source: 'journeys',
        detailType: stepName,
        detail: sfn.TaskInput.fromObject({ journey: payload.value.input, key: payload.value.idempotencyKey }),
      }],
    });
  }
}
