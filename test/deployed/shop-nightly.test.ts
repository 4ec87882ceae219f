/** The shop's nightly report, which users take as their example of a job, on real tables. */
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { SalesReport } from '../../examples/shop/functions/report-sales';
import { startEngine } from '../../tools/local-aws/engine';
import { stopAll } from '../../tools/process';
import { FaultyDatabase } from '../support/faulty-database';

jest.setTimeout(180_000);

const ORDERS = [
  { createdAt: '2026-11-08T23:59:59.999Z', total: 1000 },
  { createdAt: '2026-11-09T00:00:00.000Z', total: 9 },
  { createdAt: '2026-11-09T12:00:00.000Z', total: 60 },
  { createdAt: '2026-11-09T23:59:59.999Z', total: 400 },
  { createdAt: '2026-11-10T00:00:00.000Z', total: 1000 },
];

let database: FaultyDatabase;
let table: DynamoDBDocumentClient;
let reportSales: (event: { scheduledTime: string }) => Promise<SalesReport>;

beforeAll(async () => {
  const engine = await startEngine();
  database = new FaultyDatabase(engine.endpoint);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: await database.start(),
    AWS_ACCESS_KEY_ID: '111122223333',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    ORDERS_TABLE: 'orders',
    REPORTS_TABLE: 'reports',
  });
  table = DynamoDBDocumentClient.from(new DynamoDBClient(engine.client));
  for (const [TableName, AttributeName] of [['orders', 'orderId'], ['reports', 'day']]) {
    await table.send(new CreateTableCommand({
      TableName,
      KeySchema: [{ AttributeName, KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName, AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    }));
  }
  for (const [n, order] of ORDERS.entries()) await table.send(new PutCommand({ TableName: 'orders', Item: { orderId: `${n}`, item: 'tea', ...order } }));
  reportSales = require('../../examples/shop/functions/report-sales').handler;
});
beforeEach(() => database.reset());
afterAll(async () => {
  database.stop();
  await stopAll();
});

const reports = async () => (await table.send(new ScanCommand({ TableName: 'reports' }))).Items;

test('reports on the day before that of the schedule, from its first to its last moment, also when it is made again', async () => {
  const report = { day: '2026-11-09', orders: 3, total: 469 };
  expect(await reportSales({ scheduledTime: '2026-11-10T00:30:00.000Z' })).toEqual(report);
  expect(await reportSales({ scheduledTime: '2026-11-10T00:30:00.000Z' })).toEqual(report);
  expect(await reports()).toEqual([report]);
});

test('counts all pages of a table, also those without an order of the day', async () => {
  database.before = (operation, body) => {
    if (operation === 'Scan') body.Limit = 1;
    return undefined;
  };
  expect(await reportSales({ scheduledTime: '2026-11-10T00:30:00.000Z' })).toMatchObject({ orders: 3, total: 469 });
  expect(database.times('Scan')).toBeGreaterThanOrEqual(ORDERS.length);
});

test('says so when nothing was ordered', async () => {
  expect(await reportSales({ scheduledTime: '2026-11-12T00:30:00.000Z' })).toEqual({ day: '2026-11-11', orders: 0, total: 0 });
});
