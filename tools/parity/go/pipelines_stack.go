package main

import (
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk-serverless-patterns/cdk-serverless-patterns-go/patterns"
)

func newPipelinesStack(app constructs.Construct, id string) awscdk.Stack {
	stack := awscdk.NewStack(app, jsii.String(id), nil)
	key := awskms.NewKey(stack, jsii.String("Key"), nil)
	uploads := awss3.NewBucket(stack, jsii.String("Uploads"), &awss3.BucketProps{Versioned: jsii.Bool(true)})
	prices := awsdynamodb.NewTable(stack, jsii.String("Prices"), &awsdynamodb.TableProps{
		PartitionKey:  &awsdynamodb.Attribute{Name: jsii.String("sku"), Type: awsdynamodb.AttributeType_STRING},
		SortKey:       &awsdynamodb.Attribute{Name: jsii.String("validFrom"), Type: awsdynamodb.AttributeType_NUMBER},
		EncryptionKey: key,
	})
	priceLists := patterns.NewObjectPipeline(stack, jsii.String("PriceLists"), &patterns.ObjectPipelineProps{
		Bucket:       uploads,
		Prefix:       jsii.String("prices/"),
		Suffixes:     jsii.Strings(".csv.gz", ".CSV.gz"),
		OutputPrefix: jsii.String("done/prices/"),
		Processor: patterns.ObjectProcessor_Rows(&patterns.RowsOptions{
			Format: patterns.RowFormat_Csv(&patterns.CsvRowOptions{
				Delimiter: jsii.String(";"),
				Columns:   jsii.Strings("sku", "validFrom", "cents", "active"),
				ColumnTypes: &map[string]patterns.ColumnType{
					"sku":       patterns.ColumnType_STRING,
					"validFrom": patterns.ColumnType_NUMBER,
					"cents":     patterns.ColumnType_NUMBER,
					"active":    patterns.ColumnType_BOOLEAN,
				},
				Gzip:       jsii.Bool(true),
				MaxRowSize: awscdk.Size_Kibibytes(jsii.Number(64)),
			}),
			Table:              prices,
			MaxRejectedPercent: jsii.Number(2),
		}),
		MaxConcurrency:  jsii.Number(4),
		MaxAttempts:     jsii.Number(3),
		OnComplete:      patterns.CompletionTarget_Queue(awssqs.NewQueue(stack, jsii.String("Completions"), nil)),
		DeadLetterQueue: awssqs.NewQueue(stack, jsii.String("Parking"), nil),
		LogRetention:    awslogs.RetentionDays_ONE_WEEK,
		Alarms: &patterns.ObjectPipelineAlarms{
			DeadLetters:  patterns.AlarmSetting_Off(jsii.String("a trial")),
			OldestObject: patterns.AlarmSetting_Threshold(jsii.Number(3600), &patterns.AlarmSettingOptions{EvaluationPeriods: jsii.Number(2)}),
		},
	})
	priceLists.GrantUpload(inlineFunction(stack, "Partner"))

	stock := patterns.NewObjectPipeline(stack, jsii.String("Stock"), &patterns.ObjectPipelineProps{
		Prefix: jsii.String("stock/"),
		Processor: patterns.ObjectProcessor_Rows(&patterns.RowsOptions{
			Format:           patterns.RowFormat_JsonLines(&patterns.JsonLinesRowOptions{MaxRowSize: awscdk.Size_Mebibytes(jsii.Number(2))}),
			Table:            awsdynamodb.Table_FromTableName(stack, jsii.String("StockTable"), jsii.String("stock")),
			Keys:             jsii.Strings("pk", "sk"),
			Transform:        awslambda.Function_FromFunctionName(stack, jsii.String("Convert"), jsii.String("convert")),
			TransformTimeout: awscdk.Duration_Minutes(jsii.Number(2)),
		}),
		OnComplete:    patterns.CompletionTarget_Topic(awssns.NewTopic(stack, jsii.String("Imports"), nil)),
		EncryptionKey: key,
	})
	rejected := stock.MetricRowsRejected(&awscloudwatch.MetricOptions{Period: awscdk.Duration_Hours(jsii.Number(1))})
	rejected.CreateAlarm(stack, jsii.String("ManyRejected"), &awscloudwatch.CreateAlarmOptions{
		Threshold:         jsii.Number(1000),
		EvaluationPeriods: jsii.Number(1),
	})

	photos := patterns.NewObjectPipeline(stack, jsii.String("Photos"), &patterns.ObjectPipelineProps{
		Bucket:     uploads,
		Prefix:     jsii.String("photos/"),
		Suffixes:   jsii.Strings(".jpg", ".png"),
		Processor:  patterns.ObjectProcessor_Function(inlineFunction(stack, "Resize"), nil),
		OnComplete: patterns.CompletionTarget_EventBus(awsevents.NewEventBus(stack, jsii.String("Bus"), nil)),
	})
	read := awslambda.Function_FromFunctionName(stack, jsii.String("Read"), jsii.String("read"))
	scans := patterns.NewObjectPipeline(stack, jsii.String("Scans"), &patterns.ObjectPipelineProps{
		Bucket:            awss3.Bucket_FromBucketName(stack, jsii.String("Archive"), jsii.String("archive")),
		EnableEventBridge: jsii.Bool(true),
		Prefix:            jsii.String("scans/"),
		Processor: patterns.ObjectProcessor_Function(read, &patterns.FunctionProcessorOptions{
			FunctionTimeout: awscdk.Duration_Minutes(jsii.Number(3)),
		}),
	})
	patterns.AlarmActions_Of(stack).None(jsii.String("a trial"))

	made := map[string]*string{
		"PriceListsQueue":            priceLists.Queue().QueueUrl(),
		"PriceListsOldest":           priceLists.OldestObjectAlarm().AlarmArn(),
		"PriceListsDeadLettersAlarm": jsii.String(strconv.FormatBool(priceLists.DeadLettersAlarm() != nil)),
		"StockBucket":                stock.Bucket().BucketName(),
		"PhotosStatus":               photos.StatusTable().TableName(),
		"PhotosWorker":               photos.Worker().FunctionArn(),
		"PhotosDeadLettersAlarm":     photos.DeadLettersAlarm().AlarmArn(),
		"ScansDeadLetters":           scans.DeadLetterQueue().QueueUrl(),
	}
	for name, value := range made {
		awscdk.NewCfnOutput(stack, jsii.String(name), &awscdk.CfnOutputProps{Value: value})
	}
	return stack
}
