/** The steps of the shop's order saga, which users take as their example, on real tables. */
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as fc from 'fast-check';
import type { StepEvent, UndoEvent } from '../../examples/shop/functions/step-event';
import { startEngine } from '../../tools/local-aws/engine';
import { stopAll } from '../../tools/process';

jest.setTimeout(180_000);

type Step = (event: StepEvent) => Promise<unknown>;
type Undo = (event: UndoEvent) => Promise<unknown>;

const FIRST = 1000;
const steps: Record<string, Step> = {};
const undos: Record<string, Undo> = {};
let table: DynamoDBDocumentClient;
/** The client of the functions. */
let documents: { send: (command: any) => Promise<any> };

beforeAll(async () => {
  const engine = await startEngine();
  table = DynamoDBDocumentClient.from(new DynamoDBClient(engine.client));
  const keys = { stock: 'item', accounts: 'customer', bookings: 'stepKey', shipments: 'stepKey', carrier: 'item' };
  for (const [TableName, AttributeName] of Object.entries(keys)) {
    await table.send(new CreateTableCommand({
      TableName,
      KeySchema: [{ AttributeName, KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName, AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    }));
  }
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: engine.endpoint,
    AWS_ACCESS_KEY_ID: '111122223333',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    ...Object.fromEntries(Object.keys(keys).map((name) => [`${name.toUpperCase()}_TABLE`, name])),
  });
  documents = require('../../examples/shop/functions/documents').documents;
  for (const name of ['reserve-inventory', 'process-payment', 'ship-order']) steps[name] = require(`../../examples/shop/functions/${name}`).handler;
  for (const name of ['release-inventory', 'refund-payment']) undos[name] = require(`../../examples/shop/functions/${name}`).handler;
});
afterAll(stopAll);

let orders = 0;
/** An order of its own item and customer, and what its steps get. */
async function newOrder({ left = FIRST, balance = FIRST, answer }: { left?: number; balance?: number; answer?: string } = {}) {
  const id = `${++orders}`;
  await put('stock', { item: id, left });
  await put('accounts', { customer: id, balance });
  if (answer) await put('carrier', { item: id, answer });
  const input = { orderId: id, customer: id, item: id, quantity: 3, total: 27 };
  const step: StepEvent = { step: 'Step', execution: 'arn', idempotencyKey: `action-${id}`, input, results: {} };
  return { id, step, undo: { ...step, idempotencyKey: `compensation-${id}`, actionKey: `action-${id}`, error: {} } };
}

const put = (TableName: string, Item: object) => table.send(new PutCommand({ TableName, Item }));
const number = async (TableName: string, name: string, attribute: string, id: string) =>
  (await table.send(new GetCommand({ TableName, Key: { [name]: id }, ConsistentRead: true }))).Item![attribute];
const left = (id: string) => number('stock', 'item', 'left', id);
const balance = (id: string) => number('accounts', 'customer', 'balance', id);
const shipments = async (id: string) => {
  const { Items } = await table.send(new ScanCommand({ TableName: 'shipments', FilterExpression: 'orderId = :id', ExpressionAttributeValues: { ':id': id } }));
  return Items!.map(({ outcome }) => outcome);
};
const topUp = (TableName: string, name: string, attribute: string, id: string) => documents.send(new UpdateCommand({
  TableName, Key: { [name]: id }, UpdateExpression: 'ADD #name :more', ExpressionAttributeNames: { '#name': attribute }, ExpressionAttributeValues: { ':more': FIRST },
}));

/** Runs all at the same time, with the requests of the functions in the order that the scheduler wants. */
async function interleaved(scheduler: fc.Scheduler, all: (() => Promise<unknown>)[]): Promise<PromiseSettledResult<unknown>[]> {
  const send = documents.send.bind(documents);
  const spy = jest.spyOn(documents, 'send').mockImplementation((command) => new Promise((done, fail) => {
    scheduler.scheduleSequence([{ label: command.constructor.name, builder: () => send(command).then(done, fail) }]);
  }));
  try {
    return await scheduler.waitFor(Promise.allSettled(all.map((run) => run())));
  } finally {
    spy.mockRestore();
  }
}

describe.each([
  { action: 'reserve-inventory', undo: 'release-inventory', refusal: 'OutOfStock', TableName: 'stock', name: 'item', of: 'left', taken: 3, look: left },
  { action: 'process-payment', undo: 'refund-payment', refusal: 'CardDeclined', TableName: 'accounts', name: 'customer', of: 'balance', taken: 27, look: balance },
])('$action and $undo', ({ action, undo, refusal, TableName, name, of, taken, look }) => {
  test('fault 78: a step that is tried again, also while the first attempt is under way, is done once', async () => {
    const { id, step } = await newOrder();
    const [first, ...more] = await Promise.all(Array.from({ length: 10 }, () => steps[action](step)));
    expect([...more, await steps[action](step)]).toEqual(Array(10).fill(first));
    expect(await look(id)).toBe(FIRST - taken);
    await steps[action]({ ...step, idempotencyKey: `other-${id}` });
    expect(await look(id)).toBe(FIRST - 2 * taken);
  });

  test('fault 64: whatever attempts of the step and of its compensation meet, in whatever order, nothing stays', async () => {
    await fc.assert(fc.asyncProperty(fc.scheduler(), fc.nat(3), fc.integer({ min: 1, max: 2 }), async (scheduler, attempts, compensations) => {
      const order = await newOrder();
      const settled = await interleaved(scheduler, [
        ...Array.from({ length: attempts }, () => () => steps[action](order.step)),
        ...Array.from({ length: compensations }, () => () => undos[undo](order.undo)),
      ]);
      expect(settled.slice(attempts).map(({ status }) => status)).toEqual(Array(compensations).fill('fulfilled'));
      expect(await look(order.id)).toBe(FIRST);
    }), { numRuns: 60 });
  });

  test('fault 64: an attempt that comes after its compensation does nothing', async () => {
    const order = await newOrder();
    await undos[undo](order.undo);
    await expect(steps[action](order.step)).rejects.toThrow('was undone');
    await undos[undo](order.undo);
    expect(await look(order.id)).toBe(FIRST);
  });

  test('the compensation gives back what was taken, once', async () => {
    const order = await newOrder();
    await steps[action](order.step);
    await Promise.all(Array.from({ length: 10 }, () => undos[undo](order.undo)));
    expect(await look(order.id)).toBe(FIRST);
  });

  test('a refusal leaves nothing, and stands', async () => {
    const order = await newOrder({ left: taken - 1, balance: taken - 1 });
    await expect(steps[action](order.step)).rejects.toMatchObject({ name: refusal });
    await topUp(TableName, name, of, order.id);
    await expect(steps[action](order.step)).rejects.toMatchObject({ name: refusal });
    await undos[undo](order.undo);
    expect(await look(order.id)).toBe(FIRST + taken - 1);
  });

  test('where one attempt was refused, none has taken or will take anything', async () => {
    await fc.assert(fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 3 }), async (scheduler, attempts) => {
      const order = await newOrder({ left: 0, balance: 0 });
      const settled = await interleaved(scheduler, [
        () => topUp(TableName, name, of, order.id),
        ...Array.from({ length: attempts }, () => () => steps[action](order.step)),
      ]);
      const refused = settled.filter(({ status }) => status === 'rejected');
      expect(refused.map((attempt) => (attempt as PromiseRejectedResult).reason.name)).toEqual(refused.map(() => refusal));
      expect([0, attempts]).toContain(refused.length);
      expect(await look(order.id)).toBe(refused.length > 0 ? FIRST : FIRST - taken);
    }), { numRuns: 40 });
  });
});

test('a frozen account takes no refund, whatever attempts there are, and takes it once when it is free', async () => {
  const order = await newOrder();
  await steps['process-payment'](order.step);
  await put('accounts', { customer: order.id, balance: FIRST - 27, frozen: true });
  for (let i = 0; i < 2; i++) await expect(undos['refund-payment'](order.undo)).rejects.toMatchObject({ name: 'AccountFrozen' });
  expect(await balance(order.id)).toBe(FIRST - 27);
  await put('accounts', { customer: order.id, balance: FIRST - 27 });
  await Promise.all([undos['refund-payment'](order.undo), undos['refund-payment'](order.undo)]);
  expect(await balance(order.id)).toBe(FIRST);
});

describe('ship-order', () => {
  test('fault 78: an order that is tried again is shipped once', async () => {
    const { id, step } = await newOrder();
    const [first, ...more] = await Promise.all(Array.from({ length: 5 }, () => steps['ship-order'](step)));
    expect([...more, await steps['ship-order'](step)]).toEqual(Array(5).fill(first));
    expect(await shipments(id)).toEqual(['shipped']);
  });

  test('what the carrier refused is never shipped', async () => {
    const { id, step } = await newOrder({ answer: 'refused' });
    await expect(steps['ship-order'](step)).rejects.toMatchObject({ name: 'ShipmentRefused' });
    await put('carrier', { item: id, answer: 'takes it now' });
    await expect(steps['ship-order'](step)).rejects.toMatchObject({ name: 'ShipmentRefused' });
    expect(await shipments(id)).toEqual(['refused']);
  });

  test('a carrier that does not answer may have shipped', async () => {
    const timers = jest.spyOn(global, 'setTimeout');
    const { id, step } = await newOrder({ answer: 'late' });
    const answer = Promise.race([steps['ship-order'](step), new Promise((done) => setTimeout(done, 2000, 'none'))]);
    expect(await answer).toBe('none');
    expect(await shipments(id)).toEqual(['shipped']);
    timers.mock.calls.forEach(([, time], i) => time === 60_000 && clearTimeout(timers.mock.results[i].value));
    timers.mockRestore();
  });
});
