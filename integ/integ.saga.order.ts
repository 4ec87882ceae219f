/** A saga with a group, under a customer-managed key, started once for each message of a queue: one that succeeds, one that is undone, one whose compensation fails. */
import { ExpectedResult, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { Duration, Fn, Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { AlarmActions, QueueWorker, Saga, SagaStarter, SagaStep, SagaTask } from '../src';
import { integApp, outputs } from './support/apps';
import { ledger, stepFunction } from './support/consumers';

const app = integApp();
const stack = new Stack(app, 'IntegSagaOrder');
AlarmActions.of(stack).none('a test');
const encryptionKey = new kms.Key(stack, 'Key', { enableKeyRotation: true });
const table = ledger(stack);

const step = (name: string, finalErrors: string[] = []) => SagaStep.invoke(name, stepFunction(stack, name, table), stepFunction(stack, `Undo${name}`, table), {
  finalErrors, compensationRetry: { maxAttempts: 1, interval: Duration.seconds(1) },
});
const ship = stepFunction(stack, 'ShipOrder', table);
const saga = new Saga(stack, 'OrderSaga', {
  steps: [
    SagaStep.parallel('Reserve', step('ReserveInventory'), SagaStep.sequence(step('ReserveCourier'), step('ReserveSlot'))),
    step('ProcessPayment', ['Refused']),
    SagaStep.withoutCompensation(
      'ShipOrder', SagaTask.invoke(new lambda.Alias(stack, 'Live', { aliasName: 'live', version: ship.currentVersion })), 'what is on its way does not come back',
      { finalErrors: ['Refused'] },
    ),
  ],
  encryptionKey,
});
const starter = new SagaStarter(stack, 'Starter', { saga, businessId: '$.id' });
const orders = new QueueWorker(stack, 'Orders', { function: starter.function });

outputs(stack, {
  StateMachineArn: saga.stateMachine.stateMachineArn,
  FailedCompensationsUrl: saga.failedCompensations.queueUrl,
  UncaughtExecutionsUrl: saga.uncaughtExecutions.queueUrl,
  OrdersUrl: orders.queue.queueUrl,
  LedgerName: table.tableName,
});

const integ = new IntegTest(app, 'SagaOrder', {
  testCases: [stack],
  cdkCommandOptions: { destroy: { args: { force: true } } },
});
const wait = { totalTimeout: Duration.minutes(2), interval: Duration.seconds(2) };
/** The execution of an order ends so. */
const ends = (id: string, expected: object) => {
  const executionArn = `${Fn.join(':execution:', Fn.split(':stateMachine:', saga.stateMachine.stateMachineArn, 2))}:${id}`;
  const described = integ.assertions.awsApiCall('SFN', 'describeExecution', { executionArn });
  described.provider.addToRolePolicy({ Effect: 'Allow', Action: ['states:DescribeExecution'], Resource: ['*'] });
  return described.expect(ExpectedResult.objectLike(expected)).waitForAssertions(wait);
};
const send = (message: object) => integ.assertions.awsApiCall('SQS', 'sendMessage', { QueueUrl: orders.queue.queueUrl, MessageBody: JSON.stringify(message) });
const counted = (consumer: string, id: string) => integ.assertions.awsApiCall('DynamoDB', 'getItem', { TableName: table.tableName, Key: { consumer: { S: consumer }, id: { S: id } } })
  .expect(ExpectedResult.objectLike({ Item: { times: { N: '1' } } }));

send({ id: 'good' })
  .next(send({ id: 'good' })) // a duplicate
  .next(ends('good', { status: 'SUCCEEDED' }))
  .next(counted('ShipOrder', 'good'))
  .next(send({ id: 'declined', failing: ['ProcessPayment'] }))
  .next(ends('declined', { status: 'FAILED', error: 'SagaFailed' }))
  .next(counted('UndoReserveSlot', 'declined'))
  .next(send({ id: 'stuck', failing: ['ShipOrder', 'UndoReserveCourier'] }))
  .next(ends('stuck', { status: 'FAILED', error: 'CompensationFailed' }))
  .next(integ.assertions.awsApiCall('SQS', 'receiveMessage', { QueueUrl: saga.failedCompensations.queueUrl }).expect(ExpectedResult.objectLike({ Messages: [{}] })).waitForAssertions(wait));
