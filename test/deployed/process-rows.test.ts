/** The worker of rows as it is shipped: its runs, and whom it tells. What becomes of each row is for the tests of `runtime/rows`. */
import { gzipSync } from 'zlib';
import * as names from '../../src/patterns/object-pipeline/contract';
import { startEngine } from '../../tools/local-aws/engine';
import { stopAll } from '../../tools/process';
import { json, s3Error } from '../support/faulty-services';
import { ObjectWorker } from '../support/object-worker';
import { Sandbox } from '../support/sandbox';

jest.setTimeout(30_000);

/** Left for what is under way when reading ends. */
const MARGIN = 30_000;

let worker: ObjectWorker;
let straight: Sandbox;
let files = 0;

beforeAll(async () => {
  worker = new ObjectWorker(await startEngine());
  await worker.start();
  straight = worker.process({}, {});
});
beforeEach(() => worker.reset());
afterAll(async () => {
  worker.stop();
  await stopAll();
});

/** A file of so many rows, and what begins the keys of its items. */
const file = (rows: number, name = `f${++files}`) => ({ name, text: `sku,text\n${upTo(rows).map((n) => `${name}-${n},text of ${n}\n`).join('')}` });
const written = async (name: string) => (await worker.items()).filter(({ sku }) => sku.startsWith(`${name}-`)).map(({ sku }) => Number(sku.slice(name.length + 1))).sort((a, b) => a - b);
const upTo = (number: number) => Array.from({ length: number }, (_, n) => n);
/** Batches take so long; more than 4000 rows are not read before some are written. */
const slow = (millis: number) => worker.play(async ({ action }, ask) => {
  if (action === 'BatchWriteItem') await new Promise((next) => setTimeout(next, millis));
  return ask();
});

test('rows become items, rejects a file, and both are told of', async () => {
  const { name, text } = file(12);
  const event = await worker.put(`${name}.csv`, `${text}too,many,cells\n`);
  expect(await worker.deliver(straight, event)).toBe('done');
  const { object: { sequencer } } = event.detail;
  const rejectedPrefix = `out/rejected/2026-11-21/${sequencer}/${name}.csv/`;
  const counts = { rowsRead: 13, rowsWritten: 12, rowsRejected: 1, rejectedPrefix, rejectedFiles: 1 };
  expect(worker.completions).toEqual([expect.objectContaining({ ...counts, archivedKey: `out/processed/2026-11-21/${sequencer}/${name}.csv` })]);
  expect(await worker.status(event)).toMatchObject({ status: 'PROCESSED', outcome: counts });
  expect(await worker.keys('out/rejected/')).toEqual([`${rejectedPrefix}1.jsonl`]);
  expect(JSON.parse(await worker.read(`${rejectedPrefix}1.jsonl`))).toMatchObject({ line: 14, row: ['too', 'many', 'cells'] });
  expect(await written(name)).toEqual(upTo(12));
  const counted = straight.printed.join('').split('\n').filter((line) => line.startsWith('{"_aws"')).map((line) => JSON.parse(line));
  expect(counted.at(-1)).toMatchObject({ RowsRead: 13, RowsWritten: 12, RowsRejected: 1, ObjectsProcessed: 1 });
});

test('fault 61: a file that takes longer than a run is done by several, each from where the one before came to', async () => {
  const { name, text } = file(6000);
  const event = await worker.put(`${name}.csv`, text);
  slow(60);
  const printed = straight.printed.length;
  const seconds = await worker.deliverAll(straight, event, MARGIN + 300);
  expect(seconds.length).toBeGreaterThan(0);
  expect(new Set(seconds)).toEqual(new Set([0])); // at once
  expect(await written(name)).toEqual(upTo(6000));
  expect(worker.completions).toEqual([expect.objectContaining({ rowsRead: 6000, rowsWritten: 6000, rowsRejected: 0 })]);
  expect(worker.completions[0]).not.toHaveProperty('rejectedPrefix');
  const reads = worker.services.of('GetObject').map(({ headers }) => [headers.range, headers['if-match']]);
  expect(reads[0]).toEqual([undefined, `"${event.detail.object.etag}"`]);
  expect(new Set(reads.map(([, etag]) => etag)).size).toBe(1);
  expect(reads.slice(1).every(([range]) => /^bytes=[1-9]\d*-$/.test(range as string))).toBe(true);
  const metrics = straight.printed.slice(printed).join('').split('\n').filter((line) => line.startsWith('{"_aws"')).map((line) => JSON.parse(line));
  expect(metrics.reduce((sum, { RowsWritten = 0 }) => sum + RowsWritten, 0)).toBe(6000);
});

test('fault 61: so is a compressed one', async () => {
  const { name, text } = file(5000);
  const zipped = worker.process({}, { format: { kind: 'csv', delimiter: ',', columnTypes: {}, gzip: true, maxRowBytes: 1024 } });
  const event = await worker.put(`${name}.gz`, gzipSync(text));
  slow(60);
  expect((await worker.deliverAll(zipped, event, MARGIN + 300)).length).toBeGreaterThan(0);
  expect(await written(name)).toEqual(upTo(5000));
});

test('a run that is killed and one that follows leave each row once, with the right count', async () => {
  const { name, text } = file(300);
  const event = await worker.put(`${name}.csv`, text);
  const dying = worker.process({ LEASE_SECONDS: '0' }, {});
  let batches = 0;
  worker.play(async ({ action }, ask) => {
    if (action === 'BatchWriteItem' && ++batches === 7) dying.kill();
    return ask();
  });
  await expect(worker.deliver(dying, event)).rejects.toThrow('ended');
  await worker.deliverAll(straight, event);
  expect(await written(name)).toEqual(upTo(300));
  expect(worker.completions).toEqual([expect.objectContaining({ rowsRead: 300, rowsWritten: 300 })]);
});

test('runs that come no further end: the object has failed, since it was throttled all the time', async () => {
  const { name, text } = file(10);
  const event = await worker.put(`${name}.csv`, text);
  worker.play(async ({ action }, ask) => action === 'BatchWriteItem' ? json({ __type: 'ProvisionedThroughputExceededException', message: 'slow down' }, 400) : ask());
  expect(await worker.deliverAll(straight, event, MARGIN + 300)).toEqual([0, 0, 0]);
  expect(worker.deadLetters).toMatchObject([{ key: `in/${name}.csv`, failure: { error: 'NoProgress' } }]);
}, 60_000);

test('a file that is removed in the middle of its rows has failed', async () => {
  const { name, text } = file(5000);
  const event = await worker.put(`${name}.csv`, text);
  slow(60);
  expect(await worker.deliver(straight, event, MARGIN + 200)).toBe(0);
  await worker.remove(event);
  expect(await worker.deliver(straight, event)).toBe('done');
  const [{ rowsWritten, ...letter }] = worker.deadLetters;
  expect(letter).toMatchObject({ key: `in/${name}.csv`, failure: { error: 'ObjectGone' } });
  expect(letter).not.toHaveProperty('failedKey');
  expect(rowsWritten).toBe((await written(name)).length);
  expect((await worker.keys('out/failed/')).filter((key) => key.includes(name))).toEqual([]);
});

test('a file that is replaced in the middle of its rows is superseded', async () => {
  const { name, text } = file(5000);
  const event = await worker.put(`${name}.csv`, text);
  slow(60);
  expect(await worker.deliver(straight, event, MARGIN + 200)).toBe(0);
  await worker.put(`${name}.csv`, 'sku\nnew\n');
  expect(await worker.deliver(straight, event)).toBe('done');
  expect(await worker.status(event)).toMatchObject({ status: 'SUPERSEDED' });
  expect([worker.deadLetters, worker.completions]).toEqual([[], []]);
});

test('fault 54: a file that was removed before its turn is gone', async () => {
  const event = await worker.put('gone.csv', 'sku\na\n');
  await worker.remove(event);
  expect(await worker.deliver(straight, event)).toBe('done');
  expect(await worker.status(event)).toMatchObject({ status: 'GONE' });
  expect(worker.deadLetters).toEqual([]);
});

test('fault 53: the version that was announced is read', async () => {
  worker.bucket = 'versioned';
  const [older] = [await worker.put('v.csv', 'sku\nv-1\n'), await worker.put('v.csv', 'sku\nv-2\n')];
  expect(await worker.deliver(straight, older)).toBe('done');
  expect(await written('v')).toEqual([1]);
});

test('a file too bad has failed, with its counts and its rejects', async () => {
  const { name, text } = file(2);
  const event = await worker.put(`${name}.csv`, `${text}a,b,c\n`);
  expect(await worker.deliver(straight, event)).toBe('done');
  const [letter] = worker.deadLetters;
  expect(letter).toMatchObject({ rowsRead: 3, rowsWritten: 2, rowsRejected: 1, rejectedFiles: 1, failedKey: expect.stringContaining('out/failed/'), failure: { error: 'InvalidObject' } });
  expect(await worker.keys(letter.rejectedPrefix)).toEqual([`${letter.rejectedPrefix}1.jsonl`]);
  expect(await worker.status(event)).toMatchObject({ status: 'FAILED', outcome: { rowsWritten: 2 } });
});

test('a file of rejects that cannot be put is no end: it is tried again', async () => {
  const { name, text } = file(20);
  const event = await worker.put(`${name}.csv`, `${text}a,b,c\n`);
  let refusals = 0;
  worker.play(async ({ action, path }, ask) => action === 'PutObject' && path.includes('rejected') && refusals++ === 0 ? s3Error(403, 'AccessDenied') : ask());
  expect(await worker.deliverAll(straight, event)).toEqual([30]);
  expect(worker.completions).toMatchObject([{ rowsRead: 21, rowsWritten: 20, rowsRejected: 1 }]);
});

test('the transform is called by its name, and gets the object', async () => {
  const fn = 'arn:aws:lambda:us-east-1:111122223333:function:Transform';
  const transforming = worker.process({ [names.FUNCTION_ARN]: fn, [names.FUNCTION_SECONDS]: '20' }, {});
  worker.answer(({ rows }) => json({ items: rows.map(({ n, row }: any) => ({ n, item: { sku: `t-${row.sku}` } })) }));
  const event = await worker.put('t.csv', 'sku\n1\n2\n');
  expect(await worker.deliver(transforming, event)).toBe('done');
  expect(worker.calls[0].object).toEqual({ bucket: 'plain', key: 'in/t.csv', etag: event.detail.object.etag, size: 8 });
  expect(decodeURIComponent(worker.services.of('Invoke')[0].path)).toContain(fn);
  expect(await written('t')).toEqual([1, 2]);
});

describe('a completion', () => {
  const address = 'arn:aws:x:us-east-1:111122223333:there';
  const telling = (kind?: names.CompletionKind) => worker.process({ [names.COMPLETION_KIND]: kind, [names.COMPLETION_ADDRESS]: kind && address }, {});

  test('to nobody', async () => {
    expect(await worker.deliver(telling(), await worker.put('n.csv', 'sku\nn\n'))).toBe('done');
    expect(worker.services.of('SendMessage')).toEqual([]);
  });

  test('to a topic', async () => {
    let told: URLSearchParams | undefined;
    worker.play(async ({ action, body }, ask) => {
      if (action !== 'Publish') return ask();
      told = new URLSearchParams(body);
      return { status: 200, headers: { 'content-type': 'text/xml' }, body: '<PublishResponse><PublishResult><MessageId>m</MessageId></PublishResult></PublishResponse>' };
    });
    expect(await worker.deliver(telling(names.CompletionKind.TOPIC), await worker.put('t.csv', 'sku\nt\n'))).toBe('done');
    expect(told!.get('TopicArn')).toBe(address);
    expect(JSON.parse(told!.get('Message')!)).toMatchObject({ key: 'in/t.csv', rowsWritten: 1 });
  });

  test('to a bus, which refuses by an answer that succeeds', async () => {
    const told: any[] = [];
    worker.play(async ({ action, body }, ask) => {
      if (action !== 'PutEvents') return ask();
      told.push(...JSON.parse(body).Entries);
      return told.length === 1 ? json({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure', ErrorMessage: 'as planned' }] }) : json({ FailedEntryCount: 0, Entries: [{ EventId: 'e' }] });
    });
    const event = await worker.put('b.csv', 'sku\nb\n');
    const bus = telling(names.CompletionKind.EVENT_BUS);
    expect(await worker.deliver(bus, event)).toBe(15);
    expect(await worker.status(event)).toMatchObject({ lastFailure: { error: 'InternalFailure', message: 'as planned' } });
    expect(await worker.deliver(bus, event)).toBe('done');
    expect(told).toHaveLength(2);
    expect(told[1]).toMatchObject({ EventBusName: address, Source: 'cdk-serverless-patterns.object-pipeline', DetailType: 'Object Processed' });
    expect(JSON.parse(told[1].Detail)).toMatchObject({ key: 'in/b.csv', rowsRead: 1, archivedKey: expect.any(String) });
  });
});
