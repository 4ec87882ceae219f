/** Deployed pipelines: what becomes of objects, whatever happens to them. */
import { mkdirSync } from 'fs';
import { join } from 'path';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { bootstrap, Engine, startEngine } from '../../tools/local-aws/engine';
import { scratch, stopAll } from '../../tools/process';
import { deploy } from '../support/deployment';
import { eventually, Queues } from '../support/queues';

jest.setTimeout(180_000);

const FAULTS = join(scratch, 'object-faults');

let engine: Engine;
let outputs: Record<string, string>;
let queues: Queues;
let s3: S3Client;
let db: DynamoDBClient;

beforeAll(async () => {
  engine = await startEngine();
  await bootstrap(engine);
  mkdirSync(FAULTS, { recursive: true });
  outputs = await deploy(engine, join(__dirname, 'apps/object-pipeline.ts'), 'Pipelines', { FAULTS });
  queues = new Queues(engine);
  s3 = new S3Client(engine.client);
  db = new DynamoDBClient(engine.client);
});
afterAll(stopAll);

const put = async (pipeline: string, key: string, text: string, ContentType = 'text/plain') =>
  s3.send(new PutObjectCommand({ Bucket: outputs[`${pipeline}Bucket`], Key: key, Body: text, ContentType }));
const read = async (pipeline: string, key: string) =>
  (await s3.send(new GetObjectCommand({ Bucket: outputs[`${pipeline}Bucket`], Key: key }))).Body!.transformToString();
const keysUnder = async (pipeline: string, prefix: string) =>
  ((await s3.send(new ListObjectsV2Command({ Bucket: outputs[`${pipeline}Bucket`], Prefix: prefix }))).Contents ?? []).map(({ Key }) => Key!);
async function settled(pipeline: string, key: string): Promise<Record<string, any>> {
  return eventually(`${key} is settled`, async () => {
    const { Item } = await db.send(new GetItemCommand({ TableName: outputs[`${pipeline}Status`], Key: { objectKey: { S: key } }, ConsistentRead: true }));
    const status = Item && unmarshall(Item);
    return status?.status !== 'WORKING' && status;
  }, 60);
}

test('an object goes through the function, is archived and announced', async () => {
  await put('Photos', 'photos/a.txt', 'hello', 'text/markdown');
  const status = await settled('Photos', 'photos/a.txt');
  console.log(status);
  expect(status).toMatchObject({ status: 'PROCESSED', attempts: 0 });
  const { json } = await queues.take(outputs.CompletionsUrl, ({ key }) => key === 'photos/a.txt');
  expect(json.result).toEqual({ text: 'hello', type: 'text/markdown' });
  expect(await read('Photos', json.archivedKey)).toBe('hello');
  expect(await keysUnder('Photos', 'photos/a.txt')).toEqual([]);
});

test('rows go through the transform into the table', async () => {
  await put('Prices', 'incoming/März + April 100%.csv', 'sku,name,price\na,Apple,1.5\nb,Pear,none\n' + Array.from({ length: 20 }, (_, n) => `c${n},Cherry ${n},2\n`).join(''));
  const status = await settled('Prices', 'incoming/März + April 100%.csv');
  console.log(status);
  expect(status).toMatchObject({ status: 'PROCESSED', outcome: { rowsRead: 22, rowsWritten: 21, rowsRejected: 1 } });
  console.log(await read('Prices', `${status.outcome.rejectedPrefix}1.jsonl`));
});

test('rows go straight into the table', async () => {
  await put('Stock', 'stock/a.csv', 'sku,pieces\na,15\nb,\n');
  const status = await settled('Stock', 'stock/a.csv');
  console.log(status);
});

test('poison', async () => {
  await put('Photos', 'photos/poison', 'x');
  console.log(await settled('Photos', 'photos/poison'));
  console.log((await queues.take(outputs.PhotosDeadLetters)).json);
  console.log(await keysUnder('Photos', 'Photos/'));
});
