/** Deployed cleanups: what their runs leave in the table, whatever happens to them. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import { BatchWriteItemCommand, DynamoDBClient, paginateScan, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { LambdaClient, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { GetExecutionHistoryCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { bootstrap, Engine, startEngine } from '../../tools/local-aws/engine';
import { scratch, stopAll } from '../../tools/process';
import { deploy } from '../support/deployment';
import { eventually } from '../support/queues';
import { Runs } from '../support/runs';

jest.setTimeout(180_000);

const DAY = 86_400;
const BEGIN = Date.parse('2026-01-01T03:00:00Z') / 1000;
const HOLD_UPS = join(scratch, 'hold-ups');

let engine: Engine;
let outputs: Record<string, string>;
let runs: Runs;
let table: DynamoDBClient;
let sfn: SFNClient;
let last = 0;

beforeAll(async () => {
  engine = await startEngine();
  await bootstrap(engine);
  mkdirSync(HOLD_UPS, { recursive: true });
  const AT = new Date(Date.now() + 30_000).toISOString();
  outputs = await deploy(engine, join(__dirname, 'apps/scheduled-cleanup.ts'), 'Cleanups', { AT, HOLD_UPS });
  runs = new Runs(engine);
  table = new DynamoDBClient(engine.client);
  sfn = new SFNClient(engine.client);
  await fill('Firing', 4, Date.now() / 1000);
});
beforeEach(() => ['kill', 'hold', 'held'].forEach((name) => rmSync(join(HOLD_UPS, name), { force: true })));
afterAll(stopAll);

/** A time later than all others. */
const nextTime = () => BEGIN + ++last * 3600;
const iso = (seconds: number) => new Date(seconds * 1000).toISOString();
const item = (n: number, at: number) => ({ pk: { S: `p${n % 7}` }, sk: { S: String(n).padStart(6, '0') }, at: { N: `${Math.floor(at)}` } });

/** Fills a table anew: every second item is old at a time. */
async function fill(name: string, number: number, time: number, isOld = (n: number) => n % 2 === 0): Promise<void> {
  const before = (await left(name)).map((n) => ({ DeleteRequest: { Key: { pk: item(n, 0).pk, sk: item(n, 0).sk } } }));
  const items = Array.from({ length: number }, (_, n) => ({ PutRequest: { Item: item(n, time - (isOld(n) ? 31 : 29) * DAY) } }));
  for (const requests of [before, items]) {
    for (let n = 0; n < requests.length; n += 25) {
      await table.send(new BatchWriteItemCommand({ RequestItems: { [outputs[`${name}Table`]]: requests.slice(n, n + 25) } }));
    }
  }
}

async function left(name: string): Promise<number[]> {
  const found: number[] = [];
  for await (const { Items = [] } of paginateScan({ client: table }, { TableName: outputs[`${name}Table`], ConsistentRead: true })) {
    found.push(...Items.map(({ sk }) => Number(sk.S)));
  }
  return found.sort((a, b) => a - b);
}

const start = (name: string, time: number) => runs.start(outputs[`${name}Arn`], { scheduledTime: iso(time) });
const run = async (name: string, time: number) => runs.ended(await start(name, time), 90);
const odd = (number: number) => Array.from({ length: number }, (_, n) => n).filter((n) => n % 2 === 1);
/** How often the function was called. */
async function calls(executionArn: string): Promise<number> {
  const { events = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
  return events.filter(({ taskScheduledEventDetails: task }) => task?.resourceType === 'lambda').length;
}
/** The processes of the function end after so many batches, one after the other. */
const kill = (...batches: number[]) => writeFileSync(join(HOLD_UPS, 'kill'), batches.join('\n'));

test('a run deletes what is old at its time, and says what it found', async () => {
  const time = nextTime();
  await fill('Plain', 120, time);
  const { status, output } = await run('Plain', time);
  expect([status, output]).toEqual(['SUCCEEDED', { scanned: 120, old: 60, deleted: 60, kept: 0, unproven: 0 }]);
  expect(await left('Plain')).toEqual(odd(120));
});

test('fault 84: a run that comes late judges by the time that it was due', async () => {
  const time = nextTime();
  await fill('Plain', 10, time); // by the clock of today, all are old
  expect((await run('Plain', time)).output).toMatchObject({ old: 5, deleted: 5 });
});

test('fault 83: two runs at once: one deletes, the other is skipped', async () => {
  const time = nextTime();
  await fill('Plain', 100, time);
  const both = await Promise.all([run('Plain', time), run('Plain', time)]);
  expect(both.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
  expect(both.map(({ output }) => output.deleted ?? output.skipped).sort()).toEqual([50, 'this time, or a later one, was run before']);
});

test('fault 82: what is refreshed after it was judged stays', async () => {
  const time = nextTime();
  await fill('Plain', 40, time);
  writeFileSync(join(HOLD_UPS, 'hold'), '');
  const arn = await start('Plain', time);
  await eventually('the first deletion', async () => existsSync(join(HOLD_UPS, 'held')));
  for (const n of [0, 6]) await table.send(new PutItemCommand({ TableName: outputs.PlainTable, Item: item(n, time) }));
  rmSync(join(HOLD_UPS, 'hold'));
  expect((await runs.ended(arn)).output).toMatchObject({ old: 20, deleted: 18, kept: 2 });
  expect(await left('Plain')).toEqual([...odd(40), 0, 6].sort((a, b) => a - b));
});

test('fault 80: a run that is longer than a call goes on with further calls', async () => {
  const lambda = new LambdaClient(engine.client);
  const timeout = (Timeout: number) => lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: outputs.PlainFunction, Timeout }));
  await timeout(31); // of which 30 are for the answer
  const time = nextTime();
  await fill('Plain', 200, time);
  writeFileSync(join(HOLD_UPS, 'hold'), '');
  const arn = await start('Plain', time);
  await eventually('the first deletion', async () => existsSync(join(HOLD_UPS, 'held')));
  await new Promise((next) => setTimeout(next, 1100));
  rmSync(join(HOLD_UPS, 'hold'));
  const { status, output } = await runs.ended(arn);
  await timeout(900);
  expect(await calls(arn)).toBeGreaterThan(1);
  expect([status, output]).toMatchObject(['SUCCEEDED', { scanned: 200, old: 100, deleted: 100 }]);
  expect(await left('Plain')).toEqual(odd(200));
});

describe('a function that is killed between two batches', () => {
  test('is called again from where the last call came to', async () => {
    const time = nextTime();
    await fill('Plain', 200, time);
    kill(1, 2);
    const before = (await left('Plain')).length;
    const { arn, status, output } = await run('Plain', time);
    expect([status, await calls(arn)]).toEqual(['SUCCEEDED', 3]);
    expect(output.deleted).toBe(100 - 3 * 25); // what killed calls deleted, they could not tell
    expect((await left('Plain')).length).toBe(before - 100);
  });

  test('time and again: the run fails with its error after five calls, and the next one goes on', async () => {
    const time = nextTime();
    await fill('Plain', 400, time);
    kill(1, 1, 1, 1, 1);
    const { arn, status, error } = await run('Plain', time);
    expect([status, error, await calls(arn)]).toEqual(['FAILED', 'Runtime.ExitError', 5]);
    expect((await run('Plain', nextTime())).output.deleted).toBe(200 - 5 * 25);
  });
});

describe('maxDeletes', () => {
  const old = (number: number) => (n: number) => n < number;

  test('is not reached: all is deleted, also by several calls', async () => {
    const time = nextTime();
    await fill('Limited', 150, time, old(100));
    const { arn, status, output } = await run('Limited', time);
    expect([status, output]).toEqual(['SUCCEEDED', { scanned: 150, old: 100, deleted: 100, kept: 0, unproven: 0 }]);
    expect(await calls(arn)).toBe(7); // which were allowed 50, 25, 13, 6, 3, 2 and 1
  });

  test('is reached: so many are deleted, and the run fails', async () => {
    const time = nextTime();
    await fill('Limited', 150, time, old(101));
    const { status, error, cause } = await run('Limited', time);
    expect([status, error]).toEqual(['FAILED', 'TooManyDeletes']);
    expect(cause).toContain('100 items were deleted, and there are more');
    expect(await left('Limited')).toHaveLength(50);
    expect((await run('Limited', nextTime())).status).toBe('SUCCEEDED'); // the rest, in a new run
  });

  test('holds when the function is killed: what nobody knows counts as deleted', async () => {
    const time = nextTime();
    await fill('Limited', 300, time, () => true);
    kill(1, 1);
    const { status, error } = await run('Limited', time);
    expect([status, error]).toEqual(['FAILED', 'TooManyDeletes']);
    expect(await left('Limited')).toHaveLength(300 - 25 - 25 - 25); // allowed were 50, 25, and then 25 in all
  });

  test('is not reached though the function is killed: all is deleted', async () => {
    const time = nextTime();
    await fill('Limited', 300, time, old(60));
    kill(1);
    expect(await run('Limited', time)).toMatchObject({ status: 'SUCCEEDED', output: { deleted: 35 } });
    expect(await left('Limited')).toHaveLength(240);
  });
});

test('a dry run counts, and deletes nothing', async () => {
  const time = nextTime();
  await fill('Dry', 60, time);
  expect((await run('Dry', time)).output).toEqual({ scanned: 60, old: 30, deleted: 0, kept: 0, unproven: 0 });
  expect(await left('Dry')).toHaveLength(60);
});

test('its schedule starts a run, under a customer-managed key', async () => {
  const [{ executionArn }] = await eventually('a run', async () => {
    const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn: outputs.FiringArn }));
    return executions.length > 0 && executions;
  }, 60);
  expect((await runs.ended(executionArn!)).output).toEqual({ scanned: 4, old: 2, deleted: 2, kept: 0, unproven: 0 });
  expect(await left('Firing')).toEqual([1, 3]);
});
