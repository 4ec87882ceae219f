/** A shop that keeps its stock, its accounts and what was booked of them in one table. */
import { App, Duration, Stack } from 'aws-cdk-lib';
import { plannedFunctions, plannedTable } from './saga-functions';
import { outputs } from '../../../integ/support/apps';
import { AlarmActions, QueueWorker, Saga, SagaStarter, SagaStep, SagaTask } from '../../../src';

const stack = new Stack(new App(), 'SagaLedger');
AlarmActions.of(stack).none('a test');
const table = plannedTable(stack);

/** Takes the step's amount once for its key. A compensation gives back what was taken, once, or writes that nothing may be taken any more. */
const makeFunction = plannedFunctions(stack, table, Duration.seconds(20), `async ({ step, execution, idempotencyKey, actionKey, input }) => {
  const [id, amount] = input.amounts[step];
  const Key = { execution, id: actionKey ?? idempotencyKey };
  const { Item: { outcome: before } = {} } = await table.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
  const outcome = actionKey ? 'undone' : 'booked';
  if (before === outcome) return;
  if (before === 'undone') throw new Error('too late');
  const more = actionKey ? (before ? amount : 0) : -amount;
  await table.send(new TransactWriteCommand({ TransactItems: [
    { Put: {
      TableName, Item: { ...Key, step, outcome }, ExpressionAttributeNames: { '#outcome': 'outcome' },
      ...before
        ? { ConditionExpression: '#outcome = :before', ExpressionAttributeValues: { ':before': before } }
        : { ConditionExpression: 'attribute_not_exists(#outcome)' },
    } },
    { Update: {
      TableName, Key: { execution: 'shop', id }, UpdateExpression: 'ADD #left :more',
      ExpressionAttributeNames: { '#left': 'left' }, ExpressionAttributeValues: { ':more': more },
    } },
  ] }));
}`);

const options = { finalErrors: ['Final'], retry: { errors: ['Busy'] } };
const compensationRetry = { interval: Duration.seconds(1), backoffRate: 1 };
const step = (name: string, compensation: string) =>
  SagaStep.invoke(name, makeFunction(name), makeFunction(compensation), { ...options, compensationRetry });
const reserveInventory = step('ReserveInventory', 'ReleaseInventory');
const processPayment = step('ProcessPayment', 'RefundPayment');
const ship = makeFunction('ShipOrder');

const made = {
  Order: [reserveInventory, processPayment, SagaStep.withoutCompensation('ShipOrder', SagaTask.invoke(ship), 'a parcel does not come back', options)],
  Express: [
    SagaStep.parallel('Reserve', reserveInventory, step('ReserveCourier', 'ReleaseCourier')),
    processPayment,
    SagaStep.invoke('ShipOrder', ship, makeFunction('RecallParcel'), { ...options, compensationRetry }),
  ],
};
for (const [name, steps] of Object.entries(made)) {
  const saga = new Saga(stack, name, { steps });
  const starter = new SagaStarter(saga, 'Starter', { saga, businessId: '$.orderId' });
  const { queue, deadLetterQueue } = new QueueWorker(saga, 'Orders', { function: starter.function });
  outputs(stack, {
    [`${name}Arn`]: saga.stateMachine.stateMachineArn,
    [`${name}Failed`]: saga.failedCompensations.queueUrl,
    [`${name}Uncaught`]: saga.uncaughtExecutions.queueUrl,
    [`${name}Orders`]: queue.queueUrl,
    [`${name}NotStarted`]: deadLetterQueue.queueUrl,
  });
}
outputs(stack, { TableName: table.tableName });
