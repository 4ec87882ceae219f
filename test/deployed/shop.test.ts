/** The shop's functions, which users take as their example, on a real table. */
import { CreateTableCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { Engine, startEngine } from '../../tools/local-aws/engine';
import { stopAll } from '../../tools/process';

jest.setTimeout(180_000);

let engine: Engine;
let createOrder: (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>;
let getOrder: typeof createOrder;

beforeAll(async () => {
  engine = await startEngine();
  await new DynamoDBClient(engine.client).send(new CreateTableCommand({
    TableName: 'orders',
    KeySchema: [{ AttributeName: 'orderId', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'orderId', AttributeType: 'S' }],
    BillingMode: 'PAY_PER_REQUEST',
  }));
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: engine.endpoint, AWS_ACCESS_KEY_ID: '111122223333', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'us-east-1', ORDERS_TABLE: 'orders', SHOP_PAGE: 'https://shop.example.com',
  });
  createOrder = require('../../examples/shop/functions/create-order').handler;
  getOrder = require('../../examples/shop/functions/get-order').handler;
});
afterAll(stopAll);

const event = (more: object): APIGatewayProxyEvent => ({
  httpMethod: 'POST',
  resource: '/orders',
  headers: { 'Content-Type': 'application/json', 'Idempotency-Key': 'k1' },
  requestContext: { authorizer: { claims: { sub: 'ada' } } },
  body: '{"item":"tea","quantity":2}',
  ...more,
} as any);
const stored = async () => (await new DynamoDBClient(engine.client).send(new ScanCommand({ TableName: 'orders' }))).Count;

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
