package main

import (
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskinesis"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk-serverless-patterns/cdk-serverless-patterns-go/patterns"
)

func newEventFanOutStack(scope constructs.Construct, id string) awscdk.Stack {
	stack := awscdk.NewStack(scope, jsii.String(id), nil)

	orderPlaced := patterns.NewEventContract(&patterns.EventContractProps{
		Source:     jsii.String("shop.orders"),
		DetailType: jsii.String("OrderPlaced"),
		Schema: &object{
			"type":     "object",
			"required": list{"orderId"},
			"properties": object{
				"orderId": object{"type": "string"},
				"total":   object{"type": "number"},
				"country": object{"type": "string"},
				"express": object{"type": "boolean"},
				"coupon":  object{"type": list{"string", "null"}},
				"items": object{"type": "array", "items": object{
					"type":       "object",
					"properties": object{"sku": object{"type": "string"}, "quantity": object{"type": "integer"}},
				}},
			},
		},
	})
	orderCancelled := patterns.NewEventContract(&patterns.EventContractProps{
		Source:     jsii.String("shop.orders"),
		DetailType: jsii.String("OrderCancelled"),
	})

	valuable := orderPlaced.Where(&object{"total": list{object{"numeric": list{">=", 1000}}}})
	abroad := orderPlaced.Where(&object{
		"total":   awsevents.Match_Interval(jsii.Number(0.5), jsii.Number(1000)),
		"country": awsevents.Match_AnythingBut("DE"),
		"express": list{true},
		"coupon":  awsevents.Match_NullValue(),
		"items": object{
			"sku":      awsevents.Match_AnyOf(awsevents.Match_Prefix(jsii.String("book-")), awsevents.Match_Suffix(jsii.String("-paper"))),
			"quantity": list{1, 2},
		},
	})
	either := orderPlaced.Where(&object{"$or": list{
		object{"country": list{"AT"}},
		object{"total": list{object{"numeric": list{">", 0, "<", 10}}}},
	}})

	key := awskms.NewKey(stack, jsii.String("Key"), nil)
	orderEvents := patterns.NewEventFanOut(stack, jsii.String("OrderEvents"), &patterns.EventFanOutProps{
		ArchiveRetention: awscdk.Duration_Days(jsii.Number(30)),
		ArchivePattern:   orderPlaced.All(),
		EncryptionKey:    key,
	})
	orderEvents.GrantPublish(inlineFunction(stack, "CreateOrder"), orderPlaced, orderCancelled)

	inventory := orderEvents.Subscribe(jsii.String("Inventory"), &patterns.SubscribeProps{
		On: orderPlaced.All(),
		To: patterns.Subscriber_Function(inlineFunction(stack, "InventoryFunction"), &patterns.QueueConsumerOptions{
			MaxConcurrency:  jsii.Number(5),
			BatchSize:       jsii.Number(20),
			MaxBatchingWindow: awscdk.Duration_Seconds(jsii.Number(10)),
			MaxReceiveCount: jsii.Number(3),
		}),
		RetryAttempts: jsii.Number(10),
		MaxEventAge:   awscdk.Duration_Minutes(jsii.Number(30)),
		Input:         awsevents.RuleTargetInput_FromEventPath(jsii.String("$.detail")),
	})
	orderEvents.Subscribe(jsii.String("Vip"), &patterns.SubscribeProps{
		On: valuable,
		To: patterns.Subscriber_AsyncFunction(inlineFunction(stack, "VipFunction"), &patterns.AsyncFunctionSubscriberOptions{
			RetryAttempts: jsii.Number(1),
			MaxEventAge:   awscdk.Duration_Hours(jsii.Number(1)),
		}),
		Alarm: patterns.AlarmSetting_Threshold(jsii.Number(10), &patterns.AlarmSettingOptions{
			EvaluationPeriods: jsii.Number(3),
			DatapointsToAlarm: jsii.Number(2),
		}),
	})
	orderEvents.Subscribe(jsii.String("Customs"), &patterns.SubscribeProps{
		On: abroad,
		To: patterns.Subscriber_Queue(awssqs.NewQueue(stack, jsii.String("CustomsQueue"), &awssqs.QueueProps{EncryptionMasterKey: key}), nil),
	})
	smallOrders := awssqs.NewQueue(stack, jsii.String("SmallQueue"), &awssqs.QueueProps{
		Fifo:                      jsii.Bool(true),
		ContentBasedDeduplication: jsii.Bool(true),
	})
	orderEvents.Subscribe(jsii.String("Small"), &patterns.SubscribeProps{
		On:    either,
		To:    patterns.Subscriber_Queue(smallOrders, &patterns.QueueSubscriberOptions{MessageGroupId: jsii.String("orders")}),
		Alarm: patterns.AlarmSetting_Off(jsii.String("a trial")),
	})
	orderEvents.Subscribe(jsii.String("Alerts"), &patterns.SubscribeProps{
		On:    valuable,
		To:    patterns.Subscriber_Topic(awssns.NewTopic(stack, jsii.String("AlertsTopic"), nil)),
		Input: awsevents.RuleTargetInput_FromText(jsii.String("Order " + *awsevents.EventField_FromPath(jsii.String("$.detail.orderId")))),
	})
	fulfil := awsstepfunctions.NewStateMachine(stack, jsii.String("Fulfil"), &awsstepfunctions.StateMachineProps{
		DefinitionBody: awsstepfunctions.DefinitionBody_FromChainable(awsstepfunctions.NewPass(stack, jsii.String("Done"), nil)),
	})
	orderEvents.Subscribe(jsii.String("Fulfilment"), &patterns.SubscribeProps{
		On: orderPlaced.All(),
		To: patterns.Subscriber_StateMachine(fulfil),
		Input: awsevents.RuleTargetInput_FromObject(object{
			"id":    awsevents.EventField_EventId(),
			"order": awsevents.EventField_FromPath(jsii.String("$.detail")),
		}),
	})
	orderEvents.Subscribe(jsii.String("Partner"), &patterns.SubscribeProps{
		On: orderCancelled.All(),
		To: patterns.Subscriber_EventBus(awsevents.NewEventBus(stack, jsii.String("PartnerBus"), nil)),
	})
	orderEvents.Subscribe(jsii.String("Audit"), &patterns.SubscribeProps{
		On: &awsevents.EventPattern{Source: awsevents.Match_Prefix(jsii.String(""))},
		To: patterns.Subscriber_LogGroup(awslogs.NewLogGroup(stack, jsii.String("AuditLog"), &awslogs.LogGroupProps{Retention: awslogs.RetentionDays_ONE_YEAR})),
	})
	orderEvents.Subscribe(jsii.String("Stream"), &patterns.SubscribeProps{
		On: orderPlaced.All(),
		To: &streamSubscriber{awskinesis.NewStream(stack, jsii.String("OrderStream"), nil)},
	})
	orderEvents.Subscribe(jsii.String("Direct"), &patterns.SubscribeProps{
		On: orderPlaced.All(),
		To: &directSubscriber{inlineFunction(stack, "DirectFunction")},
	})

	uploads := patterns.NewEventSubscription(stack, jsii.String("Uploads"), &patterns.EventSubscriptionProps{
		EventBus: awsevents.EventBus_FromEventBusName(stack, jsii.String("Default"), jsii.String("default")),
		On:       &awsevents.EventPattern{Source: jsii.Strings("aws.s3"), DetailType: jsii.Strings("Object Created")},
		To:       &directSubscriber{inlineFunction(stack, "UploadsFunction")},
		DeadLetterQueue: patterns.NewDeadLetters(stack, jsii.String("Shared"), &patterns.DeadLettersProps{
			Retention: awscdk.Duration_Days(jsii.Number(7)),
		}).Queue(),
	})
	patterns.AlarmActions_Of(stack).None(jsii.String("a trial"))

	order := orderPlaced.Sample(&object{
		"orderId": "1",
		"total":   1000,
		"country": "AT",
		"express": true,
		"coupon":  awscdk.JsonNull_INSTANCE(), // nil would not arrive
		"items":   list{object{"sku": "book-1", "quantity": 2}},
	})
	verdicts := map[string]*bool{
		"Valuable":  patterns.EventContract_Matches(valuable, order),
		"Abroad":    patterns.EventContract_Matches(abroad, order),
		"Either":    patterns.EventContract_Matches(either, order),
		"Cancelled": patterns.EventContract_Matches(orderCancelled.All(), order),
	}
	for name, verdict := range verdicts {
		awscdk.NewCfnOutput(stack, jsii.String(name), &awscdk.CfnOutputProps{Value: jsii.String(strconv.FormatBool(*verdict))})
	}
	made := map[string]*string{
		"Archive":        orderEvents.Archive().ArchiveRef().ArchiveName,
		"BusDeadLetters": orderEvents.EventBusDeadLetterQueue().QueueUrl(),
		"InventoryQueue": inventory.Queue().QueueUrl(),
		"InventoryAlarm": inventory.DeadLettersAlarm().AlarmArn(),
		"UploadsRule":    uploads.Rule().RuleArn(),
	}
	for name, value := range made {
		awscdk.NewCfnOutput(stack, jsii.String(name), &awscdk.CfnOutputProps{Value: value})
	}
	return stack
}
