import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { inlineFunction } from './inline-function';
import { AnnounceTask, MessageTask, SeatTask } from './saga-tasks';
import { AlarmActions, AlarmSetting, QueueWorker, Saga, SagaStarter, SagaStep, SagaTask } from 'cdk-serverless-patterns';

export class SagaStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const key = new kms.Key(this, 'Key');
    const seats = new SeatTask(new dynamodb.Table(this, 'Seats', { partitionKey: { name: 'key', type: dynamodb.AttributeType.STRING } }));
    const invoices = new MessageTask(new sqs.Queue(this, 'Invoices', { fifo: true, encryptionMasterKey: key }));
    const rentCar = inlineFunction(this, 'RentCar');
    const live = new lambda.Alias(this, 'Live', { aliasName: 'live', version: rentCar.currentVersion });

    const journey = new Saga(this, 'Journey', {
      steps: [
        SagaStep.readOnly('CheckPassport', SagaTask.invoke(inlineFunction(this, 'CheckPassport')), 'it only looks', { discardResult: true }),
        SagaStep.parallel('Book',
          SagaStep.of('BookSeat', seats, seats, { finalErrors: ['DynamoDB.ConditionalCheckFailedException'] }),
          SagaStep.sequence(
            SagaStep.invoke('BookHotel', inlineFunction(this, 'BookHotel'), inlineFunction(this, 'CancelHotel'), {
              finalErrors: ['SoldOut', 'HotelClosed'],
              timeout: Duration.seconds(30),
              retry: { errors: ['HotelIsBusy'], maxAttempts: 4, interval: Duration.seconds(5), maxDelay: Duration.minutes(1), backoffRate: 1.5 },
              compensationTimeout: Duration.minutes(1),
              compensationRetry: { maxAttempts: 20 },
            }),
            SagaStep.invoke('RentCar', live, inlineFunction(this, 'CancelCar')),
          ),
        ),
        SagaStep.of('SendInvoice', invoices, invoices, { compensationTimeout: Duration.minutes(2) }),
        SagaStep.withoutCompensation('PrintTicket', SagaTask.invoke(inlineFunction(this, 'PrintTicket')), 'it is on paper', {
          finalErrors: ['OutOfPaper'],
          retry: { maxAttempts: 0 },
        }),
      ],
      timeout: Duration.days(3),
      tracing: false,
      logRetention: logs.RetentionDays.ONE_WEEK,
      encryptionKey: key,
      alarms: {
        compensated: AlarmSetting.threshold(50, { period: Duration.minutes(15) }),
        compensationFailed: AlarmSetting.threshold(2),
        uncaught: AlarmSetting.off('a trial'),
      },
    });
    journey.grantStart(inlineFunction(this, 'BookNow'));
    const starter = new SagaStarter(this, 'Starter', { saga: journey, businessId: '$.journey.id', input: '$.journey' });
    new QueueWorker(this, 'Journeys', { function: starter.function, maxConcurrency: 4 });

    const parking = new sqs.Queue(this, 'Parking');
    const bus = new events.EventBus(this, 'Bus');
    const announcement = new Saga(this, 'Announcement', {
      steps: [SagaStep.withoutCompensation('Announce', new AnnounceTask(bus), 'it is out')],
      failedCompensations: parking,
      uncaughtExecutions: new sqs.Queue(this, 'Ended'),
    });
    AlarmActions.of(this).none('a trial');

    const made = {
      Machine: journey.stateMachine.stateMachineArn,
      FailedCompensations: journey.failedCompensations.queueUrl,
      UncaughtExecutions: journey.uncaughtExecutions.queueUrl,
      CompensatedAlarm: journey.compensatedAlarm!.alarmArn,
      CompensationFailedAlarm: journey.compensationFailedAlarm!.alarmArn,
      UncaughtAlarm: String(journey.uncaughtAlarm !== undefined),
      Definition: announcement.definition,
    };
    for (const [name, value] of Object.entries(made)) new CfnOutput(this, name, { value });
  }
}
