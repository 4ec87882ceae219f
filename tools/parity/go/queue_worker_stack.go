package main

import (
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk-serverless-patterns/cdk-serverless-patterns-go/patterns"
)

func newQueueWorkerStack(scope constructs.Construct, id string) awscdk.Stack {
	stack := awscdk.NewStack(scope, jsii.String(id), nil)
	orders := awssns.NewTopic(stack, jsii.String("Orders"), nil)
	invoices := patterns.NewQueueWorker(stack, jsii.String("Invoices"), &patterns.QueueWorkerProps{
		Function:       inlineFunction(stack, "SendInvoice"),
		MaxConcurrency: jsii.Number(4),
		Filters: &[]*object{
			{"body": object{"amount": list{object{"numeric": list{">", 0}}}, "kind": list{"invoice"}}},
			{"messageAttributes": object{"kind": object{"stringValue": awsevents.Match_Prefix(jsii.String("invoice-"))}}},
		},
		Alarms: &patterns.QueueWorkerAlarms{
			DeadLetters:   patterns.AlarmSetting_Threshold(jsii.Number(5), &patterns.AlarmSettingOptions{Period: awscdk.Duration_Minutes(jsii.Number(1))}),
			OldestMessage: patterns.AlarmSetting_Threshold(jsii.Number(3600), nil),
		},
	})
	invoices.GrantSend(inlineFunction(stack, "CreateOrder"))
	invoices.ReceiveFromTopic(orders, &patterns.QueueTopicOptions{
		FilterPolicy: &map[string]awssns.SubscriptionFilter{
			"kind":   awssns.SubscriptionFilter_StringFilter(&awssns.StringConditions{Allowlist: jsii.Strings("invoice")}),
			"amount": awssns.SubscriptionFilter_NumericFilter(&awssns.NumericConditions{GreaterThan: jsii.Number(0)}),
		},
	})

	uploads := patterns.NewQueueWorker(stack, jsii.String("Uploads"), &patterns.QueueWorkerProps{
		Function:  inlineFunction(stack, "ReadUpload"),
		BatchSize: jsii.Number(100),
	})
	uploads.ReceiveFromBucket(awss3.NewBucket(stack, jsii.String("Bucket"), nil), &patterns.QueueBucketOptions{
		Prefix: jsii.String("incoming/"),
		Suffix: jsii.String(".csv"),
	})
	uploads.ReceiveFromTopic(orders, &patterns.QueueTopicOptions{
		FilterPolicyWithMessageBody: &map[string]awssns.FilterOrPolicy{
			"order": awssns.FilterOrPolicy_Policy(&map[string]awssns.FilterOrPolicy{
				"kind": awssns.FilterOrPolicy_Filter(awssns.SubscriptionFilter_ExistsFilter()),
			}),
		},
		RawMessageDelivery: jsii.Bool(false),
	})

	bookings := inlineFunction(stack, "Book")
	live := awslambda.NewAlias(stack, jsii.String("Live"), &awslambda.AliasProps{AliasName: jsii.String("live"), Version: bookings.CurrentVersion()})
	ledger := patterns.NewQueueWorker(stack, jsii.String("Ledger"), &patterns.QueueWorkerProps{
		Function: live,
		Fifo:     jsii.Bool(true),
		Alarms:   &patterns.QueueWorkerAlarms{DeadLetters: patterns.AlarmSetting_Off(jsii.String("a trial"))},
	})
	awscdk.NewCfnOutput(stack, jsii.String("LedgerAlarm"), &awscdk.CfnOutputProps{
		Value: jsii.String(strconv.FormatBool(ledger.DeadLettersAlarm() != nil)),
	})

	deadLetters := patterns.NewDeadLetters(stack, jsii.String("Undelivered"), &patterns.DeadLettersProps{
		Retention: awscdk.Duration_Days(jsii.Number(7)),
		Alarm:     patterns.AlarmSetting_Threshold(jsii.Number(2), nil),
	})
	deadLetters.AllowSender(awsiam.NewServicePrincipal(jsii.String("sns.amazonaws.com"), nil), orders.TopicArn())
	patterns.AlarmActions_Of(stack).AddTopic(awssns.NewTopic(stack, jsii.String("OnCall"), nil))
	return stack
}
