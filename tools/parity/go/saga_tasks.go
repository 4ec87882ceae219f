package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctionstasks"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk-serverless-patterns/cdk-serverless-patterns-go/patterns"
)

// seatTask books under the key of the action, and as compensation forgets what is there under it.
type seatTask struct {
	seats awsdynamodb.ITable
}

func (t *seatTask) Bind(scope constructs.Construct, context *patterns.SagaTaskContext) awsstepfunctions.TaskStateBase {
	text := awsstepfunctionstasks.DynamoAttributeValue_FromString
	if context.ActionKey != nil {
		return awsstepfunctionstasks.NewDynamoDeleteItem(scope, jsii.String("Task"), &awsstepfunctionstasks.DynamoDeleteItemProps{
			Table: t.seats,
			Key:   &map[string]awsstepfunctionstasks.DynamoAttributeValue{"key": text(context.ActionKey)},
		})
	}
	return awsstepfunctionstasks.NewDynamoPutItem(scope, jsii.String("Task"), &awsstepfunctionstasks.DynamoPutItemProps{
		Table: t.seats,
		Item: &map[string]awsstepfunctionstasks.DynamoAttributeValue{
			"key":  text(context.IdempotencyKey),
			"seat": text(awsstepfunctions.JsonPath_StringAt(jsii.String("$$.Execution.Input.seat"))),
		},
		ConditionExpression: jsii.String("attribute_not_exists(seat)"),
	})
}

// messageTask sends what a function would get, from all that the context has.
type messageTask struct {
	queue awssqs.IQueue
}

func (t *messageTask) Bind(scope constructs.Construct, context *patterns.SagaTaskContext) awsstepfunctions.TaskStateBase {
	return awsstepfunctionstasks.NewSqsSendMessage(scope, jsii.String("Task"), &awsstepfunctionstasks.SqsSendMessageProps{
		Queue:                  t.queue,
		MessageBody:            context.Payload,
		MessageGroupId:         context.StepName,
		MessageDeduplicationId: context.IdempotencyKey,
		TaskTimeout:            awsstepfunctions.Timeout_Duration(context.Timeout),
	})
}

// announceTask puts some of what a function would get into a message of its own.
type announceTask struct {
	bus awsevents.IEventBus
}

func (t *announceTask) Bind(scope constructs.Construct, context *patterns.SagaTaskContext) awsstepfunctions.TaskStateBase {
	payload := context.Payload.Value().(object)
	return awsstepfunctionstasks.NewEventBridgePutEvents(scope, jsii.String("Task"), &awsstepfunctionstasks.EventBridgePutEventsProps{
		Entries: &[]*awsstepfunctionstasks.EventBridgePutEventsEntry{{
			EventBus:   t.bus,
			Source:     jsii.String("journeys"),
			DetailType: context.StepName,
			Detail: awsstepfunctions.TaskInput_FromObject(&object{
				"journey": payload["input"],
				"key":     payload["idempotencyKey"],
			}),
		}},
	})
}
