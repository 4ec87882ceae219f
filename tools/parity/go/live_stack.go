package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsscheduler"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk-serverless-patterns/cdk-serverless-patterns-go/patterns"
)

func newLiveStack(scope constructs.Construct, id string) awscdk.Stack {
	stack := awscdk.NewStack(scope, jsii.String(id), nil)
	patterns.FunctionDefaults_Of(stack).Apply(&patterns.FunctionDefaultsProps{
		LogRetention:       awslogs.RetentionDays_ONE_WEEK,
		AsyncRetryAttempts: jsii.Number(1),
		AsyncMaxEventAge:   awscdk.Duration_Hours(jsii.Number(1)),
	})
	patterns.HandlerDefaults_Of(stack).Apply(&patterns.HandlerDefaultsProps{
		MemorySize:          jsii.Number(512),
		PermissionsBoundary: awsiam.ManagedPolicy_FromManagedPolicyName(stack, jsii.String("Boundary"), jsii.String("workloads")),
	})
	orders := patterns.NewLiveFunction(stack, jsii.String("Orders"), &patterns.LiveFunctionProps{
		Function:               inlineFunction(stack, "CreateOrder"),
		ProvisionedConcurrency: patterns.ProvisionedConcurrency_Of(jsii.Number(5)),
		Rollout: patterns.Rollout_Canary(
			&patterns.TrafficStep{Percent: jsii.Number(10), Interval: awscdk.Duration_Minutes(jsii.Number(5))},
			&patterns.RolloutOptions{PreHook: inlineFunction(stack, "TryOrder")},
		),
		PublishOn: jsii.Strings("prices-7"),
		Alarms: &patterns.LiveFunctionAlarms{
			Rollback:  patterns.AlarmSetting_Threshold(jsii.Number(10), nil),
			Spillover: patterns.AlarmSetting_Threshold(jsii.Number(1), nil),
		},
	})
	patterns.NewFunctionApi(stack, jsii.String("Api"), &patterns.FunctionApiProps{
		Access: patterns.ApiAccess_Jwt(jsii.String("https://login.example.com/"), &patterns.JwtAccessOptions{Audience: jsii.Strings("shop")}),
		Routes: &map[string]patterns.ApiRoute{"POST /orders": patterns.ApiRoute_To(orders.Alias(), nil)},
	})
	patterns.NewLiveFunction(stack, jsii.String("Reports"), &patterns.LiveFunctionProps{
		Function:               inlineFunction(stack, "Report"),
		AliasName:              jsii.String("prod"),
		ProvisionedConcurrency: patterns.ProvisionedConcurrency_BySchedule(capacityWindow("45", "7", 20), capacityWindow("0", "18", 0)),
		Rollout:                patterns.Rollout_Linear(&patterns.TrafficStep{Percent: jsii.Number(30), Interval: awscdk.Duration_Minutes(jsii.Number(2))}, nil),
	})
	patterns.NewLiveFunction(stack, jsii.String("Searches"), &patterns.LiveFunctionProps{
		Function: inlineFunction(stack, "Search"),
		ProvisionedConcurrency: patterns.ProvisionedConcurrency_ByUtilization(&patterns.UtilizationOptions{
			Min:    jsii.Number(1),
			Max:    jsii.Number(9),
			Target: jsii.Number(0.6),
		}),
		Rollout: patterns.Rollout_AllAtOnce(nil),
		Alarms:  &patterns.LiveFunctionAlarms{Utilization: patterns.AlarmSetting_Threshold(jsii.Number(0.9), nil)},
	})
	patterns.AlarmActions_Of(stack).AddTopic(awssns.NewTopic(stack, jsii.String("OnCall"), nil))
	return stack
}

func capacityWindow(minute string, hour string, executions float64) *patterns.CapacityWindow {
	return &patterns.CapacityWindow{
		Schedule: awsscheduler.ScheduleExpression_Cron(&awsscheduler.CronOptionsWithTimezone{
			Minute:   jsii.String(minute),
			Hour:     jsii.String(hour),
			TimeZone: awscdk.TimeZone_EUROPE_BERLIN(),
		}),
		Executions: jsii.Number(executions),
	}
}
