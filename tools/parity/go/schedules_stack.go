package main

import (
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsscheduler"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk-serverless-patterns/cdk-serverless-patterns-go/patterns"
)

func newSchedulesStack(scope constructs.Construct, id string) awscdk.Stack {
	stack := awscdk.NewStack(scope, jsii.String(id), nil)
	key := awskms.NewKey(stack, jsii.String("Key"), nil)
	reportSales := inlineFunction(stack, "ReportSales")
	report := patterns.NewScheduledJob(stack, jsii.String("Report"), &patterns.ScheduledJobProps{
		Function: awslambda.NewAlias(stack, jsii.String("Live"), &awslambda.AliasProps{AliasName: jsii.String("live"), Version: reportSales.CurrentVersion()}),
		Schedule: awsscheduler.ScheduleExpression_Cron(&awsscheduler.CronOptionsWithTimezone{
			Minute:   jsii.String("30"),
			Hour:     jsii.String("3"),
			TimeZone: awscdk.TimeZone_EUROPE_BERLIN(),
		}),
		TimeWindow:    awsscheduler.TimeWindow_Flexible(awscdk.Duration_Minutes(jsii.Number(15))),
		Input:         &object{"kind": "daily", "regions": list{"north", "south"}, "limits": object{"most": 7}},
		RetryAttempts: jsii.Number(4),
		MaxEventAge:   awscdk.Duration_Hours(jsii.Number(2)),
		ExpectedEvery: awscdk.Duration_Days(jsii.Number(1)),
		EncryptionKey: key,
		Tracing:       jsii.Bool(false),
		LogRetention:  awslogs.RetentionDays_ONE_WEEK,
		Alarms: &patterns.ScheduledRunAlarms{
			Failed:      patterns.AlarmSetting_Threshold(jsii.Number(3), &patterns.AlarmSettingOptions{Period: awscdk.Duration_Hours(jsii.Number(1))}),
			DeadLetters: patterns.AlarmSetting_Off(jsii.String("a trial")),
		},
	})
	report.GrantRun(inlineFunction(stack, "ReportNow"))
	parking := awssqs.NewQueue(stack, jsii.String("Parking"), nil)
	reconciliation := patterns.NewScheduledJob(stack, jsii.String("Reconciliation"), &patterns.ScheduledJobProps{
		Function:        awslambda.Function_FromFunctionName(stack, jsii.String("Reconcile"), jsii.String("reconcile")),
		FunctionTimeout: awscdk.Duration_Minutes(jsii.Number(1)),
		Schedule:        awsscheduler.ScheduleExpression_Rate(awscdk.Duration_Minutes(jsii.Number(10))),
		Overlap:         patterns.OverlapPolicy_ALLOW,
		Enabled:         jsii.Bool(false),
		DeadLetterQueue: parking,
	})

	sessions := awsdynamodb.NewTable(stack, jsii.String("Sessions"), &awsdynamodb.TableProps{
		PartitionKey:  &awsdynamodb.Attribute{Name: jsii.String("user"), Type: awsdynamodb.AttributeType_STRING},
		SortKey:       &awsdynamodb.Attribute{Name: jsii.String("session"), Type: awsdynamodb.AttributeType_NUMBER},
		EncryptionKey: key,
	})
	sweep := patterns.NewScheduledCleanup(stack, jsii.String("OldSessions"), &patterns.ScheduledCleanupProps{
		Target: patterns.CleanupTarget_Items(sessions, &patterns.CleanupItemsOptions{
			Timestamp: jsii.String("lastSeen"),
			Format:    patterns.TimestampFormat_EPOCH_SECONDS,
			Segments:  jsii.Number(4),
		}),
		OlderThan:     awscdk.Duration_Hours(jsii.Number(36)),
		Schedule:      awsscheduler.ScheduleExpression_Cron(&awsscheduler.CronOptionsWithTimezone{Minute: jsii.String("0"), Hour: jsii.String("*/6")}),
		MaxDeletes:    jsii.Number(50_000),
		TimeWindow:    awsscheduler.TimeWindow_Flexible(awscdk.Duration_Minutes(jsii.Number(5))),
		ExpectedEvery: awscdk.Duration_Hours(jsii.Number(6)),
		EncryptionKey: key,
		LogRetention:  awslogs.RetentionDays_ONE_WEEK,
		Alarms:        &patterns.ScheduledRunAlarms{Failed: patterns.AlarmSetting_Threshold(jsii.Number(2), nil)},
	})
	deleted := sweep.MetricDeleted(&awscloudwatch.MetricOptions{Period: awscdk.Duration_Hours(jsii.Number(6))})
	deleted.CreateAlarm(stack, jsii.String("ManyDeleted"), &awscloudwatch.CreateAlarmOptions{
		Threshold:         jsii.Number(10_000),
		EvaluationPeriods: jsii.Number(1),
	})
	drafts := awsdynamodb.Table_FromTableName(stack, jsii.String("Drafts"), jsii.String("drafts"))
	count := patterns.NewScheduledCleanup(stack, jsii.String("OldDrafts"), &patterns.ScheduledCleanupProps{
		Target: patterns.CleanupTarget_Items(drafts, &patterns.CleanupItemsOptions{
			Timestamp: jsii.String("created_at"),
			Keys:      jsii.Strings("pk", "sk"),
		}),
		OlderThan: awscdk.Duration_Days(jsii.Number(30)),
		DryRun:    jsii.Bool(true),
	})
	patterns.AlarmActions_Of(stack).None(jsii.String("a trial"))

	made := map[string]*string{
		"ReportMachine":             report.StateMachine().StateMachineArn(),
		"ReportSchedule":            report.Schedule().ScheduleName(),
		"ReportFailed":              report.FailedAlarm().AlarmArn(),
		"ReportMissed":              report.MissedAlarm().AlarmArn(),
		"ReportDeadLettersAlarm":    jsii.String(strconv.FormatBool(report.DeadLettersAlarm() != nil)),
		"ReconciliationDeadLetters": reconciliation.DeadLetterQueue().QueueUrl(),
		"SweepFunction":             sweep.Function().FunctionArn(),
		"CountMachine":              count.StateMachine().StateMachineArn(),
	}
	for name, value := range made {
		awscdk.NewCfnOutput(stack, jsii.String(name), &awscdk.CfnOutputProps{Value: value})
	}
	return stack
}
