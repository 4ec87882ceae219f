/** The shop's functions, which users take as their example, on a real table. */
import { createServer } from 'http';
import { AddressInfo } from 'net';
import { json } from 'stream/consumers';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import * as fc from 'fast-check';
import { Engine, startEngine } from '../../tools/local-aws/engine';
import { stopAll } from '../../tools/process';

jest.setTimeout(180_000);

let engine: Engine;
let table: DynamoDBDocumentClient;
let createOrder: (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>;
let getOrder: typeof createOrder;
let countSale: (event: SQSEvent) => Promise<SQSBatchResponse>;

/** EventBridge with entries that fail when it is told to, which no engine has. */
const told: object[] = [];
const announced: any[] = [];
const bus = createServer((request, response) => {
  void json(request).then((body) => {
    announced.push(body);
    response.setHeader('content-type', 'application/x-amz-json-1.1').end(JSON.stringify(told.shift() ?? { FailedEntryCount: 0, Entries: [{ EventId: '1' }] }));
  });
});

beforeAll(async () => {
  await new Promise<void>((done) => bus.listen(0, '127.0.0.1', done));
  engine = await startEngine();
  table = DynamoDBDocumentClient.from(new DynamoDBClient(engine.client));
  const keys = { orders: ['orderId'], work: ['orderId', 'task'], products: ['item'] };
  for (const [TableName, names] of Object.entries(keys)) {
    await table.send(new CreateTableCommand({
      TableName,
      KeySchema: names.map((AttributeName, i) => ({ AttributeName, KeyType: i === 0 ? 'HASH' : 'RANGE' })),
      AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      BillingMode: 'PAY_PER_REQUEST',
    }));
  }
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: engine.endpoint,
    AWS_ENDPOINT_URL_EVENTBRIDGE: `http://127.0.0.1:${(bus.address() as AddressInfo).port}`,
    AWS_ACCESS_KEY_ID: '111122223333',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    ORDERS_TABLE: 'orders',
    WORK_TABLE: 'work',
    PRODUCTS_TABLE: 'products',
    EVENT_BUS: 'default',
    SHOP_PAGE: 'https://shop.example.com',
  });
  createOrder = require('../../examples/shop/functions/create-order').handler;
  getOrder = require('../../examples/shop/functions/get-order').handler;
  countSale = require('../../examples/shop/functions/count-sale').handler;
});
afterAll(async () => {
  await stopAll();
  bus.close();
});

const event = (more: object): APIGatewayProxyEvent => ({
  httpMethod: 'POST',
  resource: '/orders',
  headers: { 'Content-Type': 'application/json', 'Idempotency-Key': 'k1' },
  requestContext: { authorizer: { claims: { sub: 'ada' } } },
  body: '{"item":"tea","quantity":2}',
  ...more,
} as any);
const stored = async () => (await table.send(new ScanCommand({ TableName: 'orders' }))).Count;

test('fault 4: a POST that is retried, also while the first is under way, makes one order', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => createOrder(event({}))));
  expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([...Array(19).fill(200), 201]);
  expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
  expect(await stored()).toBe(1);
  await createOrder(event({ headers: { 'content-type': 'application/json', 'idempotency-key': 'k2' } }));
  await createOrder(event({ requestContext: { authorizer: { claims: { sub: 'bob' } } } }));
  expect(await stored()).toBe(3);
});

test('a body that is not JSON by its type is refused', async () => {
  expect(await createOrder(event({ headers: { 'Content-Type': 'x/y' } }))).toMatchObject({ statusCode: 415 });
});

test('fault 1: every path of a function ends in a proxy answer that the page can read, a failure too', async () => {
  const proxy = {
    statusCode: expect.any(Number),
    headers: { 'content-type': 'application/json', 'access-control-allow-origin': 'https://shop.example.com' },
    body: expect.any(String),
  };
  const answers = [
    await createOrder(event({})),
    await getOrder(event({ pathParameters: { orderId: 'none' } })),
    await getOrder(event({ pathParameters: null })),
    await createOrder(event({ body: 'not json' })),
  ];
  expect(answers).toEqual(answers.map(() => proxy));
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 404, 500, 500]);
});

test('fault 22: an order that could not be announced is an error, and announced when the caller comes again', async () => {
  const order = event({ headers: { 'content-type': 'application/json', 'idempotency-key': 'unannounced' } });
  const before = announced.length;
  told.push({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure', ErrorMessage: 'try again' }] });
  expect(await createOrder(order)).toMatchObject({ statusCode: 500 });
  const answer = await createOrder(order);
  expect(answer).toMatchObject({ statusCode: 200 });
  const { orderId } = JSON.parse(answer.body);
  expect(announced.slice(before).map(({ Entries: [{ Detail, ...entry }] }) => ({ ...entry, ...JSON.parse(Detail) }))).toEqual(Array(2).fill({
    EventBusName: 'default', Source: 'shop.orders', DetailType: 'OrderPlaced', orderId, customer: 'ada', item: 'tea', quantity: 2, total: 18,
  }));
});

describe('sales', () => {
  const batch = (orders: { orderId: string; item: string; quantity: number }[]): SQSEvent => ({
    Records: orders.map((detail, i) => ({ messageId: `${i}`, body: JSON.stringify({ detail }) })),
  } as any);
  const sold = async (item: string) => (await table.send(new GetCommand({ TableName: 'products', Key: { item } }))).Item!.sold;
  const list = (item: string) => table.send(new PutCommand({ TableName: 'products', Item: { item } }));
  let run = 0;

  test('fault 23: counts once for each order, whatever comes twice and in which order', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.nat(4), { minLength: 1, maxLength: 12 }), async (picks) => {
      const item = `tea-${++run}`;
      await list(item);
      const answer = await countSale(batch(picks.map((pick) => ({ orderId: `${run}-${pick}`, item, quantity: 1 + pick }))));
      expect(answer).toEqual({ batchItemFailures: [] });
      expect(await sold(item)).toBe([...new Set(picks)].reduce((sum, pick) => sum + 1 + pick, 0));
    }), { numRuns: 25 });
  });

  test('fault 44: counts once when a late duplicate comes while the first is under way', async () => {
    await list('late');
    await Promise.all(Array.from({ length: 10 }, () => countSale(batch([{ orderId: 'late', item: 'late', quantity: 7 }]))));
    await countSale(batch([{ orderId: 'late', item: 'late', quantity: 7 }]));
    expect(await sold('late')).toBe(7);
  });

  test('says which orders it cannot count, and counts them when their product is listed', async () => {
    await list('some');
    const orders = batch([{ orderId: 'a', item: 'some', quantity: 1 }, { orderId: 'b', item: 'none', quantity: 2 }, { orderId: 'c', item: 'some', quantity: 3 }]);
    expect(await countSale(orders)).toEqual({ batchItemFailures: [{ itemIdentifier: '1' }] });
    expect(await sold('some')).toBe(4);
    await list('none');
    expect(await countSale(orders)).toEqual({ batchItemFailures: [] });
    expect(await Promise.all([sold('some'), sold('none')])).toEqual([4, 2]);
  });
});
