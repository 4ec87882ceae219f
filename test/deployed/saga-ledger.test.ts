/** Hundreds of orders in a shop in which much goes wrong: at the end everything is accounted for, to the cent. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { paginateListExecutions, SFNClient } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient, GetCommand, PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import * as fc from 'fast-check';
import { Engine } from '../../tools/local-aws/engine';
import { log, stopAll } from '../../tools/process';
import { Shape } from '../patterns/saga/proof/model';
import { Attempt, Outcome, SUCCESS } from '../patterns/saga/proof/outcomes';
import { group, pivot, step } from '../patterns/saga/proof/shapes';
import { eventually, Queues } from '../support/queues';
import { Parked, predicted } from '../support/saga-prediction';
import { bounded, deployedSagas, keyOf, Plan, Run, Sagas } from '../support/sagas';

jest.setTimeout(300_000);

const ORDERS = 320;
const FIRST = 1_000_000;
const [reserve, courier, pay, ship] = ['ReserveInventory', 'ReserveCourier', 'ProcessPayment', 'ShipOrder'].map(step);
const SHAPES: Record<string, Shape> = { Order: [reserve, pay, pivot('ShipOrder')], Express: [group('Reserve', [reserve], [courier]), pay, ship] };
const STEPS: Record<string, string[]> = {
  Order: ['ReserveInventory', 'ProcessPayment', 'ShipOrder'],
  Express: ['ReserveInventory', 'ReserveCourier', 'ProcessPayment', 'ShipOrder'],
};

const done: Attempt = { effect: true };
const repaired = (broken: Attempt): Outcome => [...Array<Attempt>(11).fill(broken), done]; // after the attempts of the execution
const ACTIONS: Record<string, Outcome> = {
  'fails before its effect': [{ error: 'TypeError' }],
  'fails after its effect': [{ effect: true, error: 'TypeError' }],
  'dies after its effect': [{ effect: true, error: 'Runtime.ExitError' }],
  'dies after its effect, then succeeds': [{ effect: true, error: 'Runtime.ExitError' }, done],
  'is refused': [{ error: 'Final' }],
  'is busy, then succeeds': [{ error: 'Busy' }, { error: 'Busy' }, done],
  'is busy after its effect, then succeeds': [{ effect: true, error: 'Busy' }, done],
};
const COMPENSATIONS: Record<string, Outcome> = {
  'fails, then succeeds': [{ error: 'Anything' }, done],
  'fails after its effect, then succeeds': [{ effect: true, error: 'Anything' }, done],
  'dies after its effect, then succeeds': [{ effect: true, error: 'Runtime.ExitError' }, done],
  'fails for good': repaired({ error: 'Broken' }),
  'fails for good after its effect': repaired({ effect: true, error: 'Broken' }),
};
/** The model knows no errors of a user's that pass: this is one of Lambda's. */
const asModelled = (plan: Plan): Plan => JSON.parse(JSON.stringify(plan).replaceAll('Busy', 'Lambda.ServiceException'));
const mostly = (weight: number, others: Record<string, Outcome>) =>
  fc.oneof({ weight, arbitrary: fc.constant(SUCCESS) }, { weight: 1, arbitrary: fc.constantFrom(...Object.values(others)) });

const anOrder = fc.record({
  saga: fc.constantFrom('Order', 'Express'),
  item: fc.nat(9),
  customer: fc.nat(19),
  quantity: fc.integer({ min: 1, max: 5 }),
  cents: fc.integer({ min: 1, max: 20_000 }),
  sent: fc.constantFrom(1, 1, 1, 2, 3),
  plan: fc.record(Object.fromEntries(STEPS.Express.flatMap((name) => [[`action ${name}`, mostly(4, ACTIONS)], [`compensation ${name}`, mostly(2, COMPENSATIONS)]]))),
});
const orders = fc.sample(anOrder, { numRuns: ORDERS, seed: 64 }).map(({ saga, item, customer, quantity, cents, sent, plan }, i) => ({
  saga,
  sent,
  input: {
    orderId: `order-${i}`,
    plan,
    amounts: {
      ReserveInventory: [`item ${item}`, quantity], ReserveCourier: ['couriers', 1], ProcessPayment: [`account ${customer}`, cents], ShipOrder: ['parcels', 1],
    } as Record<string, [id: string, amount: number]>,
  },
}));
const ids = [...new Set(orders.flatMap(({ input }) => Object.values(input.amounts).map(([id]) => id)))].sort();

let engine: Engine;
let outputs: Record<string, string>;
let sagas: Sagas;
let queues: Queues;
let table: DynamoDBDocumentClient;
const runs = new Map<string, Run>();

beforeAll(async () => {
  ({ engine, outputs, sagas, queues } = await deployedSagas('saga-ledger', 'SagaLedger'));
  table = DynamoDBDocumentClient.from(new DynamoDBClient(engine.client));
  for (const id of ids) await table.send(new PutCommand({ TableName: outputs.TableName, Item: { execution: 'shop', id, left: FIRST } }));
});
afterAll(stopAll);

type Order = typeof orders[number];
const executionOf = ({ saga, input }: Order) => `${outputs[`${saga}Arn`].replace(':stateMachine:', ':execution:')}:${input.orderId}`;
const send = ({ saga, input }: Order) => queues.send(outputs[`${saga}Orders`], input);
const endOf = (order: Order) => runs.get(order.input.orderId)!.end;
const booked = ({ items }: Run) => items.filter(({ outcome }) => outcome === 'booked').map(({ id }) => id).sort();

/** What is missing of stock, couriers, parcels and money. */
async function taken(): Promise<Record<string, number>> {
  const all = await Promise.all(ids.map((id) => table.send(new GetCommand({ TableName: outputs.TableName, Key: { execution: 'shop', id } }))));
  return Object.fromEntries(all.map(({ Item }) => [Item!.id, FIRST - Item!.left]));
}

function sum(amounts: Array<[id: string, amount: number]>): Record<string, number> {
  const total = Object.fromEntries(ids.map((id) => [id, 0]));
  for (const [id, amount] of amounts) total[id] += amount;
  return total;
}

const sold = () => orders.filter((order) => endOf(order) === 'Succeeded').flatMap(({ saga, input }) => STEPS[saga].map((name) => input.amounts[name]));

test(`${ORDERS} orders end as they should`, async () => {
  await bounded(8, orders, async (order) => {
    await Promise.all(Array.from({ length: order.sent }, () => send(order)));
    runs.set(order.input.orderId, await sagas.ended(executionOf(order)));
  });
  const ends = Object.fromEntries(['Succeeded', 'SagaFailed', 'CompensationFailed'].map((end) => [end, orders.filter((order) => endOf(order) === end).length]));
  log(`orders: ${JSON.stringify(ends)}`);
  expect(orders.map((order) => [order.input.orderId, endOf(order)]))
    .toEqual(orders.map(({ saga, input }) => [input.orderId, predicted(SHAPES[saga], asModelled(input.plan)).end]));
  for (const number of Object.values(ends)) expect(number).toBeGreaterThan(30);
});

test('fault 73: there is one execution for each order, also of those whose messages came again', async () => {
  await bounded(8, orders.filter((_, i) => i % 5 === 0), send);
  const started: string[] = [];
  for (const saga of Object.keys(SHAPES)) {
    await eventually('the end of the messages', async () => await queues.count(outputs[`${saga}Orders`]) === 0);
    const stateMachineArn = outputs[`${saga}Arn`];
    for await (const { executions } of paginateListExecutions({ client: new SFNClient(engine.client) }, { stateMachineArn })) {
      started.push(...executions!.map(({ name }) => name!));
    }
    for (const nothing of ['Uncaught', 'NotStarted']) expect(await queues.count(outputs[`${saga}${nothing}`])).toBe(0);
  }
  expect(started.sort()).toEqual(orders.map(({ input }) => input.orderId).sort());
});

test('what is parked is what is missing; when all of it is mended, only what was sold is missing', async () => {
  const parked: Parked[] = [];
  for (const saga of Object.keys(SHAPES)) parked.push(...await queues.takeAll(outputs[`${saga}Failed`]));
  const standing = parked.filter(({ json }) => booked(runs.get(json.input.orderId)!).includes(json.actionKey));
  const missing = standing.map(({ json }) => json.input.amounts[json.step]);
  log(`parked: ${parked.length}, of which missing: ${missing.length}`);
  expect(await taken()).toEqual(sum([...sold(), ...missing]));
  for (const order of orders) {
    const run = runs.get(order.input.orderId)!;
    const kept = run.end === 'Succeeded'
      ? STEPS[order.saga].map((name) => keyOf(run.arn, name, 'action'))
      : standing.filter(({ json }) => json.execution === run.arn).map(({ json }) => json.actionKey);
    expect([run.arn, booked(run)]).toEqual([run.arn, kept.sort()]);
  }
  for (const kind of ['item', 'account', 'couriers', 'parcels']) expect(missing.filter(([id]) => id.startsWith(kind)).length).toBeGreaterThan(2);
  expect(missing.length).toBeLessThan(parked.length); // some were undone, and said otherwise
  await bounded(4, parked, mend);
  expect(await taken()).toEqual(sum(sold()));
});

/** Hands the message to its function again; a parcel that nobody can recall is found by its key. */
async function mend({ json, MessageAttributes }: Parked): Promise<void> {
  if (MessageAttributes) {
    const { FunctionError } = await new LambdaClient(engine.client).send(new InvokeCommand({
      FunctionName: MessageAttributes.function.StringValue, Payload: JSON.stringify(json),
    }));
    expect(FunctionError).toBeUndefined();
    return;
  }
  expect(json.step).toBe('ShipOrder');
  if (!booked(runs.get(json.input.orderId)!).includes(json.actionKey)) return;
  await table.send(new TransactWriteCommand({
    TransactItems: [
      { Delete: { TableName: outputs.TableName, Key: { execution: json.execution, id: json.actionKey } } },
      {
        Update: {
          TableName: outputs.TableName,
          Key: { execution: 'shop', id: 'parcels' },
          UpdateExpression: 'ADD #left :one',
          ExpressionAttributeNames: { '#left': 'left' },
          ExpressionAttributeValues: { ':one': 1 },
        },
      },
    ],
  }));
}
