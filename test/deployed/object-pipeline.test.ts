/** Deployed pipelines: what becomes of objects, by the permissions that everything has. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import { DynamoDBClient, GetItemCommand, paginateScan } from '@aws-sdk/client-dynamodb';
import { DeleteFunctionConcurrencyCommand, LambdaClient, PutFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import { CopyObjectCommand, GetObjectCommand, paginateListObjectsV2, PutObjectCommand, PutObjectCommandInput, S3Client } from '@aws-sdk/client-s3';
import { SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { bootstrap, Engine, startEngine } from '../../tools/local-aws/engine';
import { scratch, stopAll } from '../../tools/process';
import { deploy } from '../support/deployment';
import { eventually, Queues } from '../support/queues';

jest.setTimeout(180_000);

const FAULTS = join(scratch, 'object-faults');
const PIPELINES = ['Photos', 'Prices', 'Stock', 'Crashing'];

let engine: Engine;
let outputs: Record<string, string>;
let queues: Queues;
let s3: S3Client;
let db: DynamoDBClient;

beforeAll(async () => {
  engine = await startEngine();
  await bootstrap(engine);
  for (const name of PIPELINES) mkdirSync(join(FAULTS, name), { recursive: true });
  outputs = await deploy(engine, join(__dirname, 'apps/object-pipeline.ts'), 'Pipelines', { FAULTS });
  queues = new Queues(engine);
  s3 = new S3Client(engine.client);
  db = new DynamoDBClient(engine.client);
});
afterAll(stopAll);

const put = async (pipeline: string, key: string, Body: string, more: Partial<PutObjectCommandInput> = {}) =>
  s3.send(new PutObjectCommand({ Bucket: outputs[`${pipeline}Bucket`], Key: key, Body, ...more }));
const read = async (pipeline: string, key: string) => s3.send(new GetObjectCommand({ Bucket: outputs[`${pipeline}Bucket`], Key: key }));
const textOf = async (pipeline: string, key: string) => (await read(pipeline, key)).Body!.transformToString();
async function keysUnder(pipeline: string, Prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: outputs[`${pipeline}Bucket`], Prefix })) keys.push(...Contents.map(({ Key }) => Key!));
  return keys;
}
async function statusOf(pipeline: string, key: string): Promise<Record<string, any> | undefined> {
  const { Item } = await db.send(new GetItemCommand({ TableName: outputs[`${pipeline}Status`], Key: { objectKey: { S: key } }, ConsistentRead: true }));
  return Item && unmarshall(Item);
}
const settled = async (pipeline: string, key: string, seconds = 40, isIt: (status: Record<string, any>) => boolean = () => true) => eventually(`${key} is settled`, async () => {
  const status = await statusOf(pipeline, key);
  return status && status.status !== 'WORKING' && isIt(status) && status;
}, seconds);
const idle = async (pipeline: string, seconds = 20) => eventually(`${pipeline} has no more to do`, async () => await queues.count(outputs[`${pipeline}Queue`]) === 0, seconds);
const itemsOf = async (table: string) => {
  const items: Array<Record<string, any>> = [];
  for await (const { Items = [] } of paginateScan({ client: db }, { TableName: outputs[table] })) {
    items.push(...Items.map((item) => unmarshall(item)));
  }
  return items;
};
const completionOf = async (key: string) => (await queues.take(outputs.CompletionsUrl, (body) => body.key === key)).json;
const letterOf = async (pipeline: string, key: string) => (await queues.take(outputs[`${pipeline}DeadLetters`], (body) => body.key === key)).json;

describe('a whole object', () => {
  test('goes through the function, is archived as it was, and announced', async () => {
    await put('Photos', 'photos/a.md', 'hello', { ContentType: 'text/markdown', Metadata: { from: 'acme' }, Tagging: 'year=2026' });
    const { status, outcome: { archivedKey } } = await settled('Photos', 'photos/a.md');
    expect(status).toBe('PROCESSED');
    expect(await completionOf('photos/a.md')).toMatchObject({ archivedKey, size: 5, result: { text: 'hello', type: 'text/markdown' } });
    expect(await read('Photos', archivedKey)).toMatchObject({ ContentType: 'text/markdown', Metadata: { from: 'acme' }, TagCount: 1 });
    expect(await keysUnder('Photos', 'photos/a.md')).toEqual([]);
  });

  test('fault 50: comes through, whatever its name', async () => {
    const keys = ['März + April 100%.csv', 'a/../b', '😀?x=1#y', '%2F+%20', 'x'.repeat(1017)].map((name) => `photos/${name}`);
    await Promise.all(keys.map(async (key) => put('Photos', key, `of ${key}`)));
    for (const key of keys) {
      const { status, outcome } = await settled('Photos', key);
      expect([key, status]).toEqual([key, 'PROCESSED']);
      expect(await textOf('Photos', outcome.archivedKey)).toBe(`of ${key}`);
      expect((await completionOf(key)).result.text).toBe(`of ${key}`);
    }
    expect(await keysUnder('Photos', 'photos/')).toEqual([]);
  });

  test('fault 55: folders, empty objects and others are let alone', async () => {
    await put('Photos', 'photos/folder/', '');
    await put('Photos', 'photos/empty.jpg', '');
    await put('Prices', 'prices/notes.txt', 'x');
    await put('Prices', 'elsewhere/prices/a.csv', 'x');
    await put('Photos', 'photos/last', 'x');
    await put('Prices', 'prices/last.csv', 'sku,name,price\nlast,Last,1\n');
    await Promise.all([settled('Photos', 'photos/last'), settled('Prices', 'prices/last.csv')]);
    expect(await Promise.all(['photos/folder/', 'photos/empty.jpg', 'prices/notes.txt', 'elsewhere/prices/a.csv'].map(async (key) => statusOf('Photos', key) ?? statusOf('Prices', key)))).toEqual([undefined, undefined, undefined, undefined]);
    expect([await keysUnder('Photos', 'photos/folder/'), await keysUnder('Prices', 'prices/notes')]).toEqual([['photos/folder/'], ['prices/notes.txt']]);
  });

  test('that failed once is tried again, and is not after that', async () => {
    await put('Photos', 'photos/flaky', 'x');
    expect(await settled('Photos', 'photos/flaky')).toMatchObject({ status: 'PROCESSED' });
  });

  test('whose function is throttled waits for it', async () => {
    const lambda = new LambdaClient(engine.client);
    await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName: outputs.DescribeName, ReservedConcurrentExecutions: 0 }));
    await put('Photos', 'photos/waiting', 'x');
    await eventually('it is worked on', async () => (await statusOf('Photos', 'photos/waiting'))?.status === 'WORKING');
    await new Promise((next) => setTimeout(next, 500));
    expect(await statusOf('Photos', 'photos/waiting')).toMatchObject({ status: 'WORKING', attempts: 1 });
    await lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName: outputs.DescribeName }));
    expect(await settled('Photos', 'photos/waiting')).toMatchObject({ status: 'PROCESSED' });
  });
});

describe('fault 51: events', () => {
  const eventOf = async (key: string, sequencer: string) => {
    const { etag } = (await statusOf('Photos', key))!;
    return { time: '2026-01-01T00:00:00Z', detail: { bucket: { name: outputs.PhotosBucket }, object: { key, etag, size: 1, sequencer } } };
  };

  test('that come twice, also while an object is worked on, or late, are dropped', async () => {
    await put('Photos', 'photos/slow-twice', 'x');
    const { sequencer } = await eventually('it is worked on', async () => statusOf('Photos', 'photos/slow-twice'));
    const event = await eventOf('photos/slow-twice', sequencer);
    await queues.send(outputs.PhotosQueue, event);
    await settled('Photos', 'photos/slow-twice');
    await queues.send(outputs.PhotosQueue, event);
    await queues.send(outputs.PhotosQueue, await eventOf('photos/slow-twice', '0000'));
    await idle('Photos');
    await completionOf('photos/slow-twice');
    expect((await queues.takeAll(outputs.CompletionsUrl)).filter(({ json }) => json.key === 'photos/slow-twice')).toEqual([]);
    expect(await statusOf('Photos', 'photos/slow-twice')).toMatchObject({ status: 'PROCESSED', sequencer });
  });

  test('fault 53: of a newer version wait for an older one that is worked on; each is read as it was announced', async () => {
    await put('Photos', 'photos/slow-v', 'old');
    await eventually('it is worked on', async () => statusOf('Photos', 'photos/slow-v'));
    await put('Photos', 'photos/slow-v', 'newest');
    await settled('Photos', 'photos/slow-v', 40, ({ outcome, sequencer }) => outcome.archivedKey.includes(sequencer));
    await idle('Photos');
    const archives = await Promise.all((await keysUnder('Photos', 'Photos/processed/')).filter((key) => key.endsWith('/slow-v')).sort().map(async (key) => textOf('Photos', key)));
    expect(archives).toEqual(['old', 'newest']);
    expect(await keysUnder('Photos', 'photos/slow-v')).toEqual([]);
  });
});

describe('an object that fails', () => {
  test.each([
    ['poison', 'InvalidObject', 'it is no photo'], ['broken', 'TypeError', 'it cannot be read'], ['large', 'InvalidObject', 'more than 64 kB'], ['endless', 'Timedout', 'timed out'],
  ])('is kept with the reason, and somebody hears of it: %s', async (name, error, message) => {
    const key = `photos/${name}.jpg`;
    await put('Photos', key, 'x');
    const { status, outcome } = await settled('Photos', key);
    const failure = { error, message: expect.stringContaining(message) };
    expect([status, outcome.failure]).toEqual(['FAILED', failure]);
    const letter = await letterOf('Photos', key);
    expect(letter).toMatchObject({ key, failedKey: outcome.failedKey, failure });
    expect(JSON.parse(await textOf('Photos', `${outcome.failedKey}.reason.json`))).toEqual(letter);
    expect(await keysUnder('Photos', key)).toEqual([]);
  });

  test('is processed when it is moved back', async () => {
    const { failedKey } = (await statusOf('Photos', 'photos/broken.jpg'))!.outcome;
    await s3.send(new CopyObjectCommand({ Bucket: outputs.PhotosBucket, CopySource: `${outputs.PhotosBucket}/${failedKey}`, Key: 'photos/mended.jpg' }));
    expect(await settled('Photos', 'photos/mended.jpg')).toMatchObject({ status: 'PROCESSED' });
  });

  test('and cannot be moved stays where it is; somebody hears of it', async () => {
    await put('Photos', 'photos/stuck-poison', 'x');
    await settled('Photos', 'photos/stuck-poison');
    expect(await letterOf('Photos', 'photos/stuck-poison')).toEqual(expect.not.objectContaining({ failedKey: expect.anything() }));
    expect(await textOf('Photos', 'photos/stuck-poison')).toBe('x');
  });

  test('a message that is no event goes to the dead letters as it is', async () => {
    await queues.send(outputs.PhotosQueue, { hello: 'world' });
    const { json } = await queues.take(outputs.PhotosDeadLetters, ({ failure }) => failure.error === 'NotUnderstood');
    expect(json.body).toBe('{"hello":"world"}');
  });
});

describe('rows', () => {
  test('go through the transform, with a file of rejects, and a topic hears of it', async () => {
    const good = Array.from({ length: 20 }, (_, n) => `c${n},Cherry ${n},2\n`).join('');
    await put('Prices', 'prices/a b.CSV', `sku,name,price\na,Apple,1.5\nb,Pear,none\n${good}`);
    const { status, outcome } = await settled('Prices', 'prices/a b.CSV');
    expect([status, outcome]).toMatchObject(['PROCESSED', { rowsRead: 22, rowsWritten: 21, rowsRejected: 1, rejectedFiles: 1 }]);
    expect(await textOf('Prices', `${outcome.rejectedPrefix}1.jsonl`)).toBe('{"line":3,"reason":"no price: none","row":{"sku":"b","name":"Pear","price":"none"}}\n');
    expect((await itemsOf('PriceItems')).filter(({ sku }) => sku === 'a')).toEqual([{ sku: 'a', name: 'Apple', cents: 150 }]);
    expect((await queues.take(outputs.HeardUrl, ({ key }) => key === 'prices/a b.CSV')).json).toMatchObject(outcome);
  });

  test('go straight into the table; bucket, queue and table have a key, and a bus hears of it', async () => { // the engine does not ask the key
    await put('Stock', 'stock/a.csv', 'sku,pieces\nst-a,15\nst-b,\n');
    expect(await settled('Stock', 'stock/a.csv')).toMatchObject({ status: 'PROCESSED', outcome: { rowsWritten: 2 } });
    expect((await itemsOf('StockItems')).filter(({ sku }) => sku.startsWith('st-')).sort((a, b) => a.sku.localeCompare(b.sku))).toEqual([{ sku: 'st-a', pieces: 15 }, { sku: 'st-b' }]);
    const { json } = await queues.take(outputs.HeardUrl, ({ detail }) => detail?.key === 'stock/a.csv');
    expect(json).toMatchObject({ 'detail-type': 'Object Processed', 'detail': { rowsWritten: 2 } });
  });

  test('of a file too bad are kept with their rejects, the file has failed', async () => {
    await put('Prices', 'prices/bad.csv', 'sku,name,price\nx,X,1\ny,Y,none\n');
    expect(await settled('Prices', 'prices/bad.csv')).toMatchObject({ status: 'FAILED', outcome: { rowsRead: 2, rowsWritten: 1, rowsRejected: 1 } });
    const letter = await letterOf('Prices', 'prices/bad.csv');
    expect(letter).toMatchObject({ rowsRejected: 1, failure: { error: 'InvalidObject', message: expect.stringContaining('line 3: no price: none') } });
    expect(await keysUnder('Prices', letter.rejectedPrefix)).toHaveLength(1);
  });
});

test('who may upload puts under the prefix, and nowhere else', async () => {
  const sts = new STSClient(engine.client);
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn: outputs.PhotosPartner, RoleSessionName: 'partner' }));
  const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '', SessionToken: sessionToken } = Credentials!;
  const partner = new S3Client({ ...engine.client, credentials: { accessKeyId, secretAccessKey, sessionToken } });
  const putAs = async (Key: string) => partner.send(new PutObjectCommand({ Bucket: outputs.PhotosBucket, Key, Body: 'x' }));
  await putAs('photos/of-partner');
  expect(await settled('Photos', 'photos/of-partner')).toMatchObject({ status: 'PROCESSED' });
  for (const key of ['photo', 'prices/a.csv', 'Photos/processed/x']) await expect(putAs(key)).rejects.toThrow(/AccessDenied|not authorized|Access Denied/);
  await expect(partner.send(new GetObjectCommand({ Bucket: outputs.PhotosBucket, Key: 'photos/of-partner' }))).rejects.toThrow();
});

test('fault 61: fault 62: workers that die at random points, and events that come twice: each row once, each count right', async () => {
  const sizes = Array.from({ length: 30 }, (_, n) => n % 15 === 0 ? 3000 : 5 + (n * 37) % 400);
  const rows = (n: number) => Array.from({ length: sizes[n] }, (_, row) => JSON.stringify({ sku: `crash-${n}-${row}`, of: n })).join('\n');
  const keyOf = (n: number) => `in/file ${n}.jsonl`;
  await new SQSClient(engine.client).send(new SetQueueAttributesCommand({ QueueUrl: outputs.CrashingQueue, Attributes: { VisibilityTimeout: '5' } }));
  writeFileSync(join(FAULTS, 'Crashing', 'share'), '0.03');
  await Promise.all(sizes.map(async (_, n) => put('Crashing', keyOf(n), rows(n))));
  for (let n = 0; n < 30; n += 3) {
    const { sequencer, etag } = await eventually('it was begun', async () => statusOf('Crashing', keyOf(n)), 60);
    const object = { key: keyOf(n), etag, size: rows(n).length, sequencer };
    await queues.send(outputs.CrashingQueue, { time: new Date().toISOString(), detail: { bucket: { name: outputs.CrashingBucket }, object } });
  }
  for (const [n, size] of sizes.entries()) {
    expect(await settled('Crashing', keyOf(n), 120)).toMatchObject({ status: 'PROCESSED', outcome: { rowsRead: size, rowsWritten: size, rowsRejected: 0 } });
  }
  rmSync(join(FAULTS, 'Crashing', 'share'));
  const kills = readFileSync(join(FAULTS, 'Crashing', 'kills'), 'utf8').trim().split('\n');
  expect(kills.length).toBeGreaterThan(10);
  const expected = sizes.flatMap((size, n) => Array.from({ length: size }, (_, row) => `crash-${n}-${row}`));
  expect((await itemsOf('StockItems')).map(({ sku }) => sku).filter((sku) => sku.startsWith('crash-')).sort()).toEqual(expected.sort());
  const completions = (await queues.takeAll(outputs.CompletionsUrl)).map(({ json }) => json).filter(({ key }) => key.startsWith('in/'));
  for (const [n, size] of sizes.entries()) {
    const told = new Set(completions.filter(({ key }) => key === keyOf(n)).map((completion) => JSON.stringify(completion)));
    expect([...told].map((text) => JSON.parse(text))).toMatchObject([{ rowsRead: size, rowsWritten: size, archivedKey: expect.stringContaining(`/file ${n}.jsonl`) }]);
  }
  expect(await keysUnder('Crashing', 'in/')).toEqual([]);
  expect(await keysUnder('Crashing', 'Crashing/')).toHaveLength(30);
  expect(await queues.count(outputs.CrashingDeadLetters)).toBe(0);
});
