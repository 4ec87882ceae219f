from aws_cdk import (
    CfnOutput, Duration, Stack,
    aws_dynamodb as dynamodb, aws_events as events, aws_kms as kms, aws_lambda as lambda_, aws_logs as logs, aws_sqs as sqs,
)
from cdk_serverless_patterns import AlarmActions, AlarmSetting, QueueWorker, Saga, SagaAlarms, SagaRetry, SagaStarter, SagaStep, SagaTask
from constructs import Construct

from inline_function import inline_function
from saga_tasks import AnnounceTask, MessageTask, SeatTask


class SagaStack(Stack):
    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        key = kms.Key(self, 'Key')
        seats = SeatTask(dynamodb.Table(self, 'Seats', partition_key=dynamodb.Attribute(name='key', type=dynamodb.AttributeType.STRING)))
        invoices = MessageTask(sqs.Queue(self, 'Invoices', fifo=True, encryption_master_key=key))
        rent_car = inline_function(self, 'RentCar')
        live = lambda_.Alias(self, 'Live', alias_name='live', version=rent_car.current_version)

        journey = Saga(
            self, 'Journey',
            steps=[
                SagaStep.read_only(
                    'CheckPassport', SagaTask.invoke(inline_function(self, 'CheckPassport')), 'it only looks', discard_result=True),
                SagaStep.parallel(
                    'Book',
                    SagaStep.of('BookSeat', seats, seats, final_errors=['DynamoDB.ConditionalCheckFailedException']),
                    SagaStep.sequence(
                        SagaStep.invoke(
                            'BookHotel', inline_function(self, 'BookHotel'), inline_function(self, 'CancelHotel'),
                            final_errors=['SoldOut', 'HotelClosed'],
                            timeout=Duration.seconds(30),
                            retry=SagaRetry(
                                errors=['HotelIsBusy'],
                                max_attempts=4,
                                interval=Duration.seconds(5),
                                max_delay=Duration.minutes(1),
                                backoff_rate=1.5,
                            ),
                            compensation_timeout=Duration.minutes(1),
                            compensation_retry=SagaRetry(max_attempts=20),
                        ),
                        SagaStep.invoke('RentCar', live, inline_function(self, 'CancelCar')),
                    ),
                ),
                SagaStep.of('SendInvoice', invoices, invoices, compensation_timeout=Duration.minutes(2)),
                SagaStep.without_compensation(
                    'PrintTicket', SagaTask.invoke(inline_function(self, 'PrintTicket')), 'it is on paper',
                    final_errors=['OutOfPaper'],
                    retry=SagaRetry(max_attempts=0),
                ),
            ],
            timeout=Duration.days(3),
            tracing=False,
            log_retention=logs.RetentionDays.ONE_WEEK,
            encryption_key=key,
            alarms=SagaAlarms(
                compensated=AlarmSetting.threshold(50, period=Duration.minutes(15)),
                compensation_failed=AlarmSetting.threshold(2),
                uncaught=AlarmSetting.off('a trial'),
            ),
        )
        journey.grant_start(inline_function(self, 'BookNow'))
        starter = SagaStarter(self, 'Starter', saga=journey, business_id='$.journey.id', input='$.journey')
        QueueWorker(self, 'Journeys', function=starter.function, max_concurrency=4)

        parking = sqs.Queue(self, 'Parking')
        bus = events.EventBus(self, 'Bus')
        announcement = Saga(
            self, 'Announcement',
            steps=[SagaStep.without_compensation('Announce', AnnounceTask(bus), 'it is out')],
            failed_compensations=parking,
            uncaught_executions=sqs.Queue(self, 'Ended'),
        )
        AlarmActions.of(self).none('a trial')

        made = {
            'Machine': journey.state_machine.state_machine_arn,
            'FailedCompensations': journey.failed_compensations.queue_url,
            'UncaughtExecutions': journey.uncaught_executions.queue_url,
            'CompensatedAlarm': journey.compensated_alarm.alarm_arn,
            'CompensationFailedAlarm': journey.compensation_failed_alarm.alarm_arn,
            'UncaughtAlarm': 'true' if journey.uncaught_alarm else 'false',
            'Definition': announcement.definition,
        }
        for name, value in made.items():
            CfnOutput(self, name, value=value)
