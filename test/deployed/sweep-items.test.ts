/** The sweeper as it is shipped, on tables of the local engine, with a database between them that fails as it is told. */
import { join } from 'path';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import * as fc from 'fast-check';
import { TimestampFormat } from '../../src/patterns/scheduled-cleanup/contract';
import { startEngine } from '../../tools/local-aws/engine';
import { stopAll } from '../../tools/process';
import { failure } from '../support/faulty-database';
import { DAY, done, Item, LIMIT, MACHINE, SCHEDULED, sweepAll, sweepEvent, Sweeps } from '../support/sweeps';

jest.setTimeout(180_000);

const { ISO_8601, EPOCH_SECONDS, EPOCH_MILLISECONDS } = TimestampFormat;
const iso = (instant: number) => ({ S: new Date(instant).toISOString() });
/** Items `0`, `1`, ... of which every second is old. */
const mixed = (number: number): Item[] => Array.from({ length: number }, (_, n) => ({
  pk: { S: `p${n % 17}` }, sk: { S: String(n).padStart(6, '0') }, at: iso(n % 2 === 0 ? LIMIT - DAY : LIMIT + DAY), more: { S: 'of it' },
}));
const allOld = (number: number): Item[] => mixed(2 * number).filter((_, n) => n % 2 === 0);
const numbers = (items: Item[]) => items.map(({ sk }) => Number(sk.S)).sort((a, b) => a - b);
const odd = (number: number) => Array.from({ length: number / 2 }, (_, n) => 2 * n + 1);

let sweeps: Sweeps;

beforeAll(async () => {
  sweeps = new Sweeps(await startEngine());
  await sweeps.start();
});
beforeEach(() => sweeps.database.reset());
afterAll(async () => {
  sweeps.stop();
  await stopAll();
});

test('deletes what is old, and says what it found', async () => {
  const table = await sweeps.table(mixed(2300));
  const { calls, counts } = await sweepAll(sweeps.handler(table));
  expect(numbers(await sweeps.items(table))).toEqual(odd(2300));
  expect(counts).toEqual({ scanned: 2300, old: 1150, deleted: 1150, kept: 0, unproven: 0 });
  expect(calls).toBe(1);
  expect([sweeps.database.times('Scan'), sweeps.database.times('BatchExecuteStatement')]).toEqual([3, 20 + 20 + 6]); // pages, and batches of 25
});

test('reads keys and time only, and does nothing but scan and delete', async () => {
  const table = await sweeps.table(mixed(4));
  await sweepAll(sweeps.handler(table));
  expect([...new Set(sweeps.database.asked.map(({ operation }) => operation))]).toEqual(['Scan', 'BatchExecuteStatement']);
  expect(sweeps.database.asked[0].body).toMatchObject({ ProjectionExpression: '#0,#1,#2', ExpressionAttributeNames: { '#0': 'pk', '#1': 'sk', '#2': 'at' } });
  expect(sweeps.database.asked[1].body.Statements[0]).toEqual({
    Statement: `DELETE FROM "${table}" WHERE "pk" = ? AND "sk" = ? AND "at" = ?`, Parameters: [{ S: 'p0' }, { S: '000000' }, iso(LIMIT - DAY)],
  });
});

describe('fault 80: a table that takes longer than a call has time', () => {
  test.each([1, 4])('is swept by several calls, each from where the one before came to; side by side %s', async (segments) => {
    const table = await sweeps.table(mixed(2400));
    sweeps.database.before = async () => {
      await new Promise((next) => setTimeout(next, 20));
      return undefined;
    };
    const { calls, counts } = await sweepAll(sweeps.handler(table, { segments }), 30_000 + 250);
    expect(calls).toBeGreaterThan(2);
    expect(numbers(await sweeps.items(table))).toEqual(odd(2400));
    expect(counts).toEqual({ scanned: 2400, old: 1200, deleted: 1200, kept: 0, unproven: 0 });
  });

  test('and that is cut off in the midst of it, is swept again from where the call before came to', async () => {
    const table = await sweeps.table(mixed(400));
    const first = sweeps.handler(table);
    sweeps.database.before = (operation) => {
      if (operation === 'BatchExecuteStatement' && sweeps.database.times(operation) === 4) first.stop();
      return undefined;
    };
    void first.invoke(sweepEvent()).catch(() => {});
    while (sweeps.database.times('BatchExecuteStatement') < 4) await new Promise((next) => setTimeout(next, 20));
    sweeps.database.reset();
    const { counts } = await sweepAll(sweeps.handler(table));
    expect(numbers(await sweeps.items(table))).toEqual(odd(400));
    expect(counts.deleted).toBeLessThanOrEqual(200 - 3 * 25);
  });
});

describe('fault 81: a table that is throttled', () => {
  test.each([
    ['Scan', 'ProvisionedThroughputExceededException'],
    ['Scan', 'ThrottlingException'],
    ['Scan', 'InternalServerError'],
    ['BatchExecuteStatement', 'RequestLimitExceeded'],
    ['BatchExecuteStatement', 'ThrottlingException'],
  ])('in %s, by %s: is waited for, and all is done', async (throttled, name) => {
    const table = await sweeps.table(mixed(100));
    sweeps.database.before = (operation) => operation === throttled && sweeps.database.times(operation) <= 5 ? failure(name) : undefined;
    const { counts } = await sweepAll(sweeps.handler(table));
    expect(numbers(await sweeps.items(table))).toEqual(odd(100));
    expect(counts).toEqual({ scanned: 100, old: 50, deleted: 50, kept: 0, unproven: 0 });
    expect(sweeps.database.times(throttled)).toBeGreaterThan(5);
  });

  test('and only then: where nothing is refused, nothing is waited for', async () => {
    const table = await sweeps.table(allOld(60));
    const env = { NODE_OPTIONS: `--require ${join(__dirname, '../support/endless-pauses.cjs')}` };
    const { counts } = await sweepAll(sweeps.handler(table, { env }));
    expect(counts.deleted).toBe(60);
  }, 20_000);

  test.each(['ThrottlingError', 'ProvisionedThroughputExceeded', 'RequestLimitExceeded', 'InternalServerError', 'TransactionConflict'])(
    'in single statements, by %s: those alone are tried again', async (Code) => {
      const table = await sweeps.table(allOld(50));
      const again = new Set<string>();
      /** Of every third statement the first attempt is refused. */
      let refused: number[] = [];
      sweeps.database.before = (operation, body) => {
        if (operation !== 'BatchExecuteStatement') return undefined;
        const sorts: string[] = body.Statements.map(({ Parameters: [, { S }] }: any) => S);
        refused = sorts.flatMap((sort, n) => Number(sort) % 3 === 0 && !again.has(sort) ? [n] : []);
        refused.forEach((n) => again.add(sorts[n]));
        body.Statements = body.Statements.filter((_: object, n: number) => !refused.includes(n));
        return undefined;
      };
      sweeps.database.after = (operation, _, answer) => {
        if (operation !== 'BatchExecuteStatement') return answer;
        for (const n of refused) answer.Responses.splice(n, 0, { Error: { Code, Message: 'as planned' } });
        return answer;
      };
      const { counts } = await sweepAll(sweeps.handler(table));
      expect(await sweeps.items(table)).toEqual([]);
      expect(counts).toEqual({ scanned: 50, old: 50, deleted: 50, kept: 0, unproven: 0 });
      expect(again.size).toBe(17);
      expect(sweeps.database.times('BatchExecuteStatement')).toBe(4);
    },
  );

  test('for ever: the call ends in time and says that there is more, and nothing is counted twice', async () => {
    const table = await sweeps.table(mixed(200));
    const sandbox = sweeps.handler(table);
    sweeps.database.before = (operation) => operation === 'BatchExecuteStatement' && sweeps.database.times(operation) > 2 ? failure('ThrottlingException') : undefined;
    const answer = done(await sandbox.invoke(sweepEvent(), 31_000));
    expect(answer).toMatchObject({ more: true, progress: { counts: { old: 50, deleted: 50 } } });
    sweeps.database.reset();
    expect(done(await sandbox.invoke(sweepEvent(answer.progress)))).toMatchObject({
      more: false, progress: { counts: { scanned: 200, old: 100, deleted: 100, kept: 0, unproven: 0 } },
    });
  });

  test('in half of a batch until time is over: what is gone is counted once, and the others come again', async () => {
    const table = await sweeps.table(allOld(25));
    const sandbox = sweeps.handler(table);
    sweeps.database.after = (operation, _, answer) => operation === 'BatchExecuteStatement' && sweeps.database.times(operation) === 1
      ? { Responses: answer.Responses.map((one: object, n: number) => n < 10 ? one : { Error: { Code: 'ThrottlingError' } }) } : answer;
    sweeps.database.before = (operation) => operation === 'BatchExecuteStatement' && sweeps.database.times(operation) > 1 ? failure('ThrottlingException') : undefined;
    const answer = done(await sandbox.invoke(sweepEvent(), 30_500));
    expect(answer).toMatchObject({ more: true, progress: { counts: { scanned: 10, old: 10, deleted: 10, kept: 0 } } });
  });
});

test('any other error is the call\'s, and ends all segments before it is told', async () => {
  const table = await sweeps.table(mixed(200));
  let open = 0;
  sweeps.database.before = async (operation) => {
    if (operation !== 'BatchExecuteStatement') return undefined;
    open++;
    const nth = sweeps.database.times(operation);
    await new Promise((next) => setTimeout(next, nth * 100));
    open--;
    return nth === 1 ? { status: 200, body: { Responses: Array(25).fill({ Error: { Code: 'AccessDenied', Message: 'as planned' } }) } } : undefined;
  };
  expect(await sweeps.handler(table, { segments: 3 }).invoke(sweepEvent())).toEqual({ id: undefined, errorType: 'AccessDenied', errorMessage: 'as planned' });
  expect(open).toBe(0);
});

test('fault 82: what is refreshed between the scan and its deletion stays', async () => {
  const table = await sweeps.table(mixed(100));
  const refreshed = [0, 2, 30, 98];
  sweeps.database.before = async (operation) => {
    if (operation !== 'BatchExecuteStatement' || sweeps.database.times(operation) > 1) return undefined;
    for (const n of refreshed) await sweeps.client.send(new PutItemCommand({ TableName: table, Item: { ...mixed(100)[n], at: iso(SCHEDULED) } }));
    return undefined;
  };
  const { counts } = await sweepAll(sweeps.handler(table));
  expect(numbers(await sweeps.items(table))).toEqual([...odd(100), ...refreshed].sort((a, b) => a - b));
  expect(counts).toEqual({ scanned: 100, old: 50, deleted: 46, kept: 4, unproven: 0 });
});

describe('fault 84: the clock of the function', () => {
  test.each([-3, 0, 3])('is %s days wrong: the same is deleted', async (days) => {
    const near: Item[] = [-1000, -1, 0, 1, 1000].map((millis) => ({ pk: { S: 'near' }, sk: { S: `${millis}` }, at: iso(LIMIT + millis) }));
    const table = await sweeps.table([...near, ...mixed(10)]);
    const env = { NODE_OPTIONS: `--require ${join(__dirname, '../support/shifted-clock.cjs')}`, CLOCK_SHIFT: `${days * DAY}` };
    const { counts } = await sweepAll(sweeps.handler(table, { env }));
    expect(counts).toMatchObject({ old: 7, deleted: 7 });
    expect(numbers((await sweeps.items(table)).filter(({ pk }) => pk.S === 'near'))).toEqual([0, 1, 1000]);
  });

  test('a time that is none is an error', async () => {
    const table = await sweeps.table(mixed(2));
    expect(await sweeps.handler(table).invoke({ ...sweepEvent(), scheduledTime: 'at noon' })).toMatchObject({ errorMessage: '\'scheduledTime\' must be a time, got at noon' });
    expect(await sweeps.items(table)).toHaveLength(2);
  });
});

describe('fault 85: numbers of the other unit', () => {
  test.each([
    ['seconds', EPOCH_MILLISECONDS, 1000],
    ['milliseconds', EPOCH_SECONDS, 1],
  ])('%s that are taken for %s are never deleted', async (_, format, unit) => {
    const items = mixed(20).map(({ at, ...item }) => ({ ...item, at: { N: `${Date.parse(at.S!) / unit}` } }));
    const table = await sweeps.table(items);
    const { counts } = await sweepAll(sweeps.handler(table, { format }));
    expect(counts).toEqual({ scanned: 20, old: 0, deleted: 0, kept: 0, unproven: 20 });
    expect(await sweeps.items(table)).toHaveLength(20);
  });
});

describe('fault 86: items of all kinds', () => {
  /** An attribute, and whether it proves that the item is old. */
  type Kind = fc.Arbitrary<{ at?: Item[string]; isOld: boolean }>;
  const instant = fc.integer({ min: LIMIT - 900 * DAY, max: LIMIT + 60 * DAY });
  const never = (at: fc.Arbitrary<Item[string] | undefined>): Kind => at.map((value) => ({ at: value, isOld: false }));
  const zoneless = instant.map((at) => ({ at: { S: new Date(at).toISOString().replace('Z', '') }, isOld: at + DAY / 2 < LIMIT }));
  const inZone = fc.tuple(instant, fc.integer({ min: -11, max: 13 })).map(([at, hours]) => ({
    at: { S: `${new Date(at + hours * 3_600_000).toISOString().slice(0, -1)}${hours < 0 ? '-' : '+'}${String(Math.abs(hours)).padStart(2, '0')}:00` }, isOld: at < LIMIT,
  }));
  const date = instant.map((at) => Math.floor(at / DAY) * DAY)
    .map((day) => ({ at: { S: new Date(day).toISOString().slice(0, 10) }, isOld: day + 1.5 * DAY < LIMIT }));
  const other: Kind[] = [
    never(fc.constant(undefined)),
    never(fc.constantFrom<Item[string]>({ BOOL: true }, { NULL: true }, { M: { at: iso(0) } }, { L: [iso(LIMIT - DAY)] }, { SS: ['2020-01-01'] }, { NS: ['1'] }, { B: new Uint8Array([1]) })),
    never(fc.constantFrom('', 'never', 'null', '2020', '2020-01-01 00:00:00', '0001-01-01T00:00:00Z', '1970-01-01T00:00:00Z', '1577836800', '2020-02-30').map((S) => ({ S }))),
    never(fc.constantFrom('0', '-1', '1', '20200101', '3.14').map((N) => ({ N }))),
  ];
  const text: Kind[] = [instant.map((at) => ({ at: iso(at), isOld: at < LIMIT })), zoneless, inZone, date];
  const seconds: Kind = instant.map((at) => Math.floor(at / 1000)).map((at) => ({ at: { N: `${at}` }, isOld: at * 1000 < LIMIT }));
  const millis: Kind = instant.map((at) => ({ at: { N: `${at}` }, isOld: at < LIMIT }));
  const unproven = (kind: Kind): Kind => kind.map(({ at }) => ({ at, isOld: false }));

  test.each<[TimestampFormat, Kind[]]>([
    [ISO_8601, [...text, unproven(seconds), unproven(millis), ...other]],
    [EPOCH_SECONDS, [seconds, unproven(millis), ...text.map(unproven), ...other]],
    [EPOCH_MILLISECONDS, [millis, unproven(seconds), ...text.map(unproven), ...other]],
  ])('as %s: exactly those are deleted that are proven to be old and were not refreshed', async (format, kinds) => {
    const kind = fc.record({ what: fc.oneof(...kinds), refresh: fc.constantFrom(false, false, false, true) });
    const fresh = format === ISO_8601 ? iso(SCHEDULED) : { N: `${SCHEDULED / (format === EPOCH_SECONDS ? 1000 : 1)}` };
    await fc.assert(fc.asyncProperty(fc.array(kind, { minLength: 1, maxLength: 120 }), fc.constantFrom(1, 3), async (all, segments) => {
      sweeps.database.reset();
      const items = all.map(({ what: { at } }, n): Item => ({ pk: { S: `p${n % 7}` }, sk: { S: `${n}` }, ...at && { at } }));
      const table = await sweeps.table(items);
      let refreshed: Promise<void> | undefined;
      const refresh = async () => {
        for (const [n, one] of all.entries()) {
          if (one.refresh) await sweeps.client.send(new PutItemCommand({ TableName: table, Item: { ...items[n], at: fresh } }));
        }
      };
      sweeps.database.before = async (operation) => {
        if (operation === 'BatchExecuteStatement') await (refreshed ??= refresh()); // before the first deletion
        return undefined;
      };
      const sandbox = sweeps.handler(table, { format, segments });
      const { counts } = await sweepAll(sandbox);
      sandbox.stop();
      const left = numbers(await sweeps.items(table));
      await sweeps.drop(table);
      const gone = all.flatMap(({ what: { isOld }, refresh: kept }, n) => isOld && !kept ? [n] : []);
      expect(left).toEqual(all.map((_, n) => n).filter((n) => !gone.includes(n)));
      expect(counts).toMatchObject({ scanned: all.length, deleted: gone.length });
      expect(counts.old).toBe(counts.deleted + counts.kept);
    }), { numRuns: 12, seed: 86 });
  });
});

test('fault 87: a page without items is not the end', async () => {
  const table = await sweeps.table(mixed(2300));
  let empty = 0;
  sweeps.database.before = (operation, { ExclusiveStartKey: key }) => {
    if (operation !== 'Scan' || !key || empty % 3 === 2) {
      if (operation === 'Scan' && key) empty++;
      return undefined;
    }
    empty++;
    return { status: 200, body: { Items: [], Count: 0, ScannedCount: 0, LastEvaluatedKey: key } };
  };
  const { counts } = await sweepAll(sweeps.handler(table));
  expect(empty).toBe(6); // two before each page but the first
  expect(numbers(await sweeps.items(table))).toEqual(odd(2300));
  expect(counts).toMatchObject({ scanned: 2300, deleted: 1150 });
});

describe('an allowance', () => {
  test('is kept to, and the next call goes on behind the last item', async () => {
    const table = await sweeps.table(mixed(200));
    const sandbox = sweeps.handler(table);
    let progress = {};
    for (const [allowance, deleted] of [[1, 1], [30, 31], [25, 56], [44, 100]]) {
      const answer = done(await sandbox.invoke(sweepEvent(progress, allowance)));
      expect(answer).toMatchObject({ more: deleted < 100, used: allowance, progress: { counts: { deleted } } });
      expect(await sweeps.items(table)).toHaveLength(200 - deleted);
      ({ progress } = answer);
    }
    expect(progress).toMatchObject({ counts: { scanned: 200, old: 100, deleted: 100, kept: 0, unproven: 0 } });
  });

  test('that is not needed is not used', async () => {
    const table = await sweeps.table(mixed(20));
    expect(done(await sweeps.handler(table).invoke(sweepEvent({}, 50)))).toMatchObject({ more: false, used: 10 });
  });

  test('of nothing: one that is old is an error, and stays', async () => {
    const table = await sweeps.table(mixed(20));
    const counts = { scanned: 9, old: 7, deleted: 7, kept: 0, unproven: 0 };
    const outcome = await sweeps.handler(table).invoke(sweepEvent({ counts }, 0));
    expect(outcome).toMatchObject({ errorType: 'TooManyDeletes', errorMessage: '7 items were deleted, and there are more' });
    expect(await sweeps.items(table)).toHaveLength(20);
  });

  test('of nothing is enough where nothing is old', async () => {
    const table = await sweeps.table(mixed(20).filter((_, n) => n % 2 === 1));
    expect(done(await sweeps.handler(table).invoke(sweepEvent({}, 0)))).toMatchObject({ more: false, used: 0 });
  });

  test('holds for all segments together', async () => {
    const table = await sweeps.table(allOld(400));
    const answer = done(await sweeps.handler(table, { segments: 4 }).invoke(sweepEvent({}, 90)));
    expect(answer).toMatchObject({ more: true, used: 90, progress: { counts: { deleted: 90 } } });
    expect(await sweeps.items(table)).toHaveLength(310);
  });
});

test('a dry run counts, and deletes nothing', async () => {
  const table = await sweeps.table(mixed(1300));
  const { counts } = await sweepAll(sweeps.handler(table, { dryRun: true }));
  expect(counts).toEqual({ scanned: 1300, old: 650, deleted: 0, kept: 0, unproven: 0 });
  expect(sweeps.database.times('BatchExecuteStatement')).toBe(0);
  expect(await sweeps.items(table)).toHaveLength(1300);
});

describe('keys', () => {
  test('that are binary or numbers find their way through several calls', async () => {
    const items = mixed(600).map(({ pk, sk, ...item }): Item => ({ ...item, pk: { B: Buffer.from([Number(pk.S!.slice(1)), 255, 0]) }, sk: { N: `${Number(sk.S)}` } }));
    const table = await sweeps.table(items, { pk: 'B', sk: 'N' });
    const sandbox = sweeps.handler(table);
    let answer: any = { progress: {}, more: true };
    while (answer.more) answer = done(await sandbox.invoke(sweepEvent(JSON.parse(JSON.stringify(answer.progress)), 70)));
    expect((await sweeps.items(table)).map(({ sk }) => Number(sk.N)).sort((a, b) => a - b)).toEqual(odd(600));
    expect(answer.progress.counts).toMatchObject({ scanned: 600, deleted: 300 });
  });

  test('that are one attribute alone, and one that is the time itself', async () => {
    const items = mixed(60).map(({ sk, at }): Item => ({ id: sk, at: { N: `${Date.parse(at.S!)}` } }));
    const [single, timed] = [await sweeps.table(items, { id: 'S' }), await sweeps.table(items, { id: 'S', at: 'N' })];
    for (const [table, keys] of [[single, ['id']], [timed, ['id', 'at']]] as const) {
      await sweepAll(sweeps.handler(table, { keys: [...keys], format: EPOCH_MILLISECONDS }));
      expect((await sweeps.items(table)).map(({ id }) => Number(id.S)).sort((a, b) => a - b)).toEqual(odd(60));
    }
  });
});

test('what was found is counted by a line of the log that CloudWatch reads, per call', async () => {
  const table = await sweeps.table(mixed(40));
  const sandbox = sweeps.handler(table);
  const first = done(await sandbox.invoke(sweepEvent({}, 15)));
  await sandbox.invoke(sweepEvent(first.progress));
  const lines = sandbox.printed.join('').split('\n').filter((line) => line.startsWith('{"_aws"')).map((line) => JSON.parse(line));
  const Metrics = [{ Name: 'ScannedItems', Unit: 'Count' }, { Name: 'DeletedItems', Unit: 'Count' }];
  expect(lines).toEqual([[30, 15], [10, 5]].map(([ScannedItems, DeletedItems]) => ({
    _aws: { Timestamp: expect.any(Number), CloudWatchMetrics: [{ Namespace: 'Namespace', Dimensions: [['Dimension']], Metrics }] }, Dimension: MACHINE, ScannedItems, DeletedItems,
  })));
});
