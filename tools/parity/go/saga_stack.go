package main

import (
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk-serverless-patterns/cdk-serverless-patterns-go/patterns"
)

func newSagaStack(scope constructs.Construct, id string) awscdk.Stack {
	stack := awscdk.NewStack(scope, jsii.String(id), nil)
	key := awskms.NewKey(stack, jsii.String("Key"), nil)
	seats := &seatTask{awsdynamodb.NewTable(stack, jsii.String("Seats"), &awsdynamodb.TableProps{
		PartitionKey: &awsdynamodb.Attribute{Name: jsii.String("key"), Type: awsdynamodb.AttributeType_STRING},
	})}
	invoices := &messageTask{awssqs.NewQueue(stack, jsii.String("Invoices"), &awssqs.QueueProps{Fifo: jsii.Bool(true), EncryptionMasterKey: key})}
	rentCar := inlineFunction(stack, "RentCar")
	live := awslambda.NewAlias(stack, jsii.String("Live"), &awslambda.AliasProps{AliasName: jsii.String("live"), Version: rentCar.CurrentVersion()})

	checkPassport := patterns.SagaTask_Invoke(inlineFunction(stack, "CheckPassport"))
	bookHotel, cancelHotel := inlineFunction(stack, "BookHotel"), inlineFunction(stack, "CancelHotel")
	cancelCar := inlineFunction(stack, "CancelCar")
	printTicket := patterns.SagaTask_Invoke(inlineFunction(stack, "PrintTicket"))
	journey := patterns.NewSaga(stack, jsii.String("Journey"), &patterns.SagaProps{
		Steps: &[]patterns.SagaStep{
			patterns.SagaStep_ReadOnly(jsii.String("CheckPassport"), checkPassport, jsii.String("it only looks"), &patterns.SagaActionOptions{
				DiscardResult: jsii.Bool(true),
			}),
			patterns.SagaStep_Parallel(jsii.String("Book"),
				patterns.SagaStep_Of(jsii.String("BookSeat"), seats, seats, &patterns.SagaStepOptions{
					FinalErrors: jsii.Strings("DynamoDB.ConditionalCheckFailedException"),
				}),
				patterns.SagaStep_Sequence(
					patterns.SagaStep_Invoke(jsii.String("BookHotel"), bookHotel, cancelHotel, &patterns.SagaStepOptions{
						FinalErrors: jsii.Strings("SoldOut", "HotelClosed"),
						Timeout:     awscdk.Duration_Seconds(jsii.Number(30)),
						Retry: &patterns.SagaRetry{
							Errors:      jsii.Strings("HotelIsBusy"),
							MaxAttempts: jsii.Number(4),
							Interval:    awscdk.Duration_Seconds(jsii.Number(5)),
							MaxDelay:    awscdk.Duration_Minutes(jsii.Number(1)),
							BackoffRate: jsii.Number(1.5),
						},
						CompensationTimeout: awscdk.Duration_Minutes(jsii.Number(1)),
						CompensationRetry:   &patterns.SagaRetry{MaxAttempts: jsii.Number(20)},
					}),
					patterns.SagaStep_Invoke(jsii.String("RentCar"), live, cancelCar, nil),
				),
			),
			patterns.SagaStep_Of(jsii.String("SendInvoice"), invoices, invoices, &patterns.SagaStepOptions{
				CompensationTimeout: awscdk.Duration_Minutes(jsii.Number(2)),
			}),
			patterns.SagaStep_WithoutCompensation(jsii.String("PrintTicket"), printTicket, jsii.String("it is on paper"), &patterns.SagaActionOptions{
				FinalErrors: jsii.Strings("OutOfPaper"),
				Retry:       &patterns.SagaRetry{MaxAttempts: jsii.Number(0)},
			}),
		},
		Timeout:       awscdk.Duration_Days(jsii.Number(3)),
		Tracing:       jsii.Bool(false),
		LogRetention:  awslogs.RetentionDays_ONE_WEEK,
		EncryptionKey: key,
		Alarms: &patterns.SagaAlarms{
			Compensated:        patterns.AlarmSetting_Threshold(jsii.Number(50), &patterns.AlarmSettingOptions{Period: awscdk.Duration_Minutes(jsii.Number(15))}),
			CompensationFailed: patterns.AlarmSetting_Threshold(jsii.Number(2), nil),
			Uncaught:           patterns.AlarmSetting_Off(jsii.String("a trial")),
		},
	})
	journey.GrantStart(inlineFunction(stack, "BookNow"))
	starter := patterns.NewSagaStarter(stack, jsii.String("Starter"), &patterns.SagaStarterProps{
		Saga:       journey,
		BusinessId: jsii.String("$.journey.id"),
		Input:      jsii.String("$.journey"),
	})
	patterns.NewQueueWorker(stack, jsii.String("Journeys"), &patterns.QueueWorkerProps{Function: starter.Function(), MaxConcurrency: jsii.Number(4)})

	parking := awssqs.NewQueue(stack, jsii.String("Parking"), nil)
	bus := awsevents.NewEventBus(stack, jsii.String("Bus"), nil)
	announcement := patterns.NewSaga(stack, jsii.String("Announcement"), &patterns.SagaProps{
		Steps: &[]patterns.SagaStep{
			patterns.SagaStep_WithoutCompensation(jsii.String("Announce"), &announceTask{bus}, jsii.String("it is out"), nil),
		},
		FailedCompensations: parking,
		UncaughtExecutions:  awssqs.NewQueue(stack, jsii.String("Ended"), nil),
	})
	patterns.AlarmActions_Of(stack).None(jsii.String("a trial"))

	made := map[string]*string{
		"Machine":                 journey.StateMachine().StateMachineArn(),
		"FailedCompensations":     journey.FailedCompensations().QueueUrl(),
		"UncaughtExecutions":      journey.UncaughtExecutions().QueueUrl(),
		"CompensatedAlarm":        journey.CompensatedAlarm().AlarmArn(),
		"CompensationFailedAlarm": journey.CompensationFailedAlarm().AlarmArn(),
		"UncaughtAlarm":           jsii.String(strconv.FormatBool(journey.UncaughtAlarm() != nil)),
		"Definition":              announcement.Definition(),
	}
	for name, value := range made {
		awscdk.NewCfnOutput(stack, jsii.String(name), &awscdk.CfnOutputProps{Value: value})
	}
	return stack
}
