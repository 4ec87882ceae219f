/** Rows through the user's function: what it gets, what it has to answer, and what its errors cost. */
import { BackOff } from '../../../src/foundation/runtime/back-off';
import { CSV, JSON_LINES, objectOf } from '../../support/row-objects';
import { RowFunction, RowTable, Transformed } from '../../support/row-sinks';

const csv = (rows: number, of = (n: number) => `k${n},${n}`) => `id,x\n${Array.from({ length: rows }, (_, n) => `${of(n)}\n`).join('')}`;
/** Each row is an item, but for those of which the whole call fails. */
const echo = (fails: (row: any, rows: number) => Transformed | undefined = () => undefined) => new RowFunction(({ rows }) => {
  const failure = rows.map(({ row }) => fails(row, rows.length)).find((one) => one !== undefined);
  return failure ?? { payload: { items: rows.map(({ n, row }) => ({ n, item: row })) } };
});
const crash = (errorMessage = 'as planned', errorType?: string): Transformed => ({ functionError: { errorType, errorMessage } });
const sizes = ({ calls }: RowFunction) => calls.map(({ rows }) => rows.length);

jest.setTimeout(60_000);

beforeEach(() => {
  jest.spyOn(BackOff.prototype, 'pause').mockImplementation(async () => new Promise((done) => { setImmediate(done); }));
});
afterEach(() => jest.restoreAllMocks());

test('gets the object and the rows, all cells as they are', async () => {
  const fn = echo();
  await objectOf('id,n,x\na, 1 ,\nb,2,"c""d",\n').run({ format: { ...CSV, columnTypes: { n: 'N' as any } } }, new RowTable(), fn.sink());
  expect(fn.calls).toEqual([{
    object: { bucket: 'bucket', key: 'in/key', etag: 'etag', size: 26 },
    rows: [{ n: 1, row: { id: 'a', n: ' 1 ', x: '' } }, { n: 2, row: { id: 'b', n: '2', x: 'c"d' } }],
  }]);
});

test('a header needs no key of the table', async () => {
  const fn = new RowFunction(({ rows }) => ({ payload: { items: rows.map(({ n, row }) => ({ n, item: { id: row.sku } })) } }));
  const table = new RowTable();
  await objectOf('sku\na\n').run({}, table, fn.sink());
  expect(table.sorted()).toEqual([{ id: { S: 'a' } }]);
});

test('numbers keep all their digits, there and back', async () => {
  const bodies: string[] = [];
  const fn = new RowFunction(() => ({ payload: '{"items":[{"n":1,"item":{"id":"a","n":98765432109876543210.5}}]}' }));
  const { handle } = fn.client.config.requestHandler;
  fn.client.config.requestHandler.handle = async (request: any, options: any) => {
    bodies.push(Buffer.from(request.body.buffer, request.body.byteOffset, request.body.byteLength).toString());
    return handle(request, options);
  };
  const table = new RowTable();
  await objectOf(' {"id":"a", "n":12345678901234567890.50}\r\n').run({ format: JSON_LINES }, table, fn.sink());
  expect(bodies[0]).toContain('"rows":[{"n":1,"row":{"id":"a", "n":12345678901234567890.50}}]}');
  expect(table.sorted()).toEqual([{ id: { S: 'a' }, n: { N: '98765432109876543210.5' } }]);
});

test('is called with up to 500 rows, four calls at once', async () => {
  const fn = echo();
  fn.delay = async () => new Promise((done) => { setTimeout(done, 20); });
  const object = objectOf(csv(4200));
  object.chunks = [1024 * 1024];
  const { checkpoint } = await object.run({}, new RowTable(), fn.sink());
  expect(sizes(fn).filter((rows) => rows === 500)).toHaveLength(8);
  expect(Math.max(...sizes(fn))).toBe(500);
  expect(fn.mostUnderWay).toBe(4);
  expect(checkpoint).toMatchObject({ read: 4200, written: 4200 });
});

test('is called with up to 1 MB, or one row', async () => {
  const fn = echo();
  const object = objectOf(csv(60, (n) => `k${n},${'é'.repeat(n === 7 ? 600_000 : 30_000)}`));
  await object.run({ format: { ...CSV, maxRowBytes: 4_000_000 } }, new RowTable(), fn.sink());
  const bytes = fn.calls.map(({ rows }) => [rows.length, Buffer.byteLength(JSON.stringify(rows))]);
  expect(bytes.every(([rows, size]) => rows === 1 || size < 1.05 * 1024 * 1024)).toBe(true);
  expect(bytes.some(([, size]) => size > 900_000 && size < 1_060_000)).toBe(true);
  expect(bytes.filter(([, size]) => size > 1_100_000)).toHaveLength(1);
});

test('the last row of a key stays, however calls overtake each other', async () => {
  const fn = echo();
  let call = 0;
  fn.delay = async () => new Promise((done) => { setTimeout(done, 40 - 12 * (call++ % 4)); });
  const table = new RowTable();
  const object = objectOf(csv(2000, (n) => `k${n % 10},${n}`));
  object.chunks = [1024 * 1024];
  await object.run({}, table, fn.sink());
  expect(table.sorted().map(({ x }) => x.S)).toEqual(Array.from({ length: 10 }, (_, n) => `${1990 + n}`));
});

describe('an answer', () => {
  const one = { id: 'a' };
  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'the transform has to answer { items, rejects }'],
    ['text', '"done"', 'the transform has to answer { items, rejects }'],
    ['a list', [one], 'the transform has to answer { items, rejects }'],
    ['a number', '12345678901234567890', 'the transform has to answer { items, rejects }'],
    ['items that are no list', { items: one }, 'the transform has to answer { items, rejects }'],
    ['rejects that are no list', { rejects: one }, 'the transform has to answer { items, rejects }'],
    ['no row', {}, 'the transform gave no answer for row 1 of 1'],
    ['a row that was not asked for', { items: [{ n: 1, item: one }, { n: 2, item: one }] }, 'the transform answered for row 2, which it was not asked for'],
    ['row 0', { items: [{ n: 0, item: one }] }, 'the transform answered for row 0, which it was not asked for'],
    ['a row that is text', { items: [{ n: '1', item: one }] }, 'the transform answered for row "1", which it was not asked for'],
    ['half a row', { items: [{ n: 0.5, item: one }] }, 'the transform answered for row 0.5, which it was not asked for'],
    ['null', { items: [null] }, 'the transform answered for row undefined, which it was not asked for'],
    ['no item', { items: [{ n: 1 }] }, 'the transform answered no item for row 1'],
    ['an item that is a list', { items: [{ n: 1, item: [] }] }, 'the transform answered no item for row 1'],
    ['an item that is a number', '{"items":[{"n":1,"item":12345678901234567890}]}', 'the transform answered no item for row 1'],
    ['no reason', { rejects: [{ n: 1 }] }, 'the transform rejected row 1 without a reason'],
    ['a reject twice', { rejects: [{ n: 1, reason: 'a' }, { n: 1, reason: 'b' }] }, 'the transform rejected row 1 twice'],
    ['both', { items: [{ n: 1, item: one }], rejects: [{ n: 1, reason: 'a' }] }, 'the transform gave both an item and a reject for row 1'],
  ])('of %s is wrong', async (_, payload, reason) => {
    const fn = new RowFunction(() => ({ payload }));
    const { rejects } = await objectOf('id\na\n').run({}, new RowTable(), fn.sink());
    expect(rejects).toEqual([{ line: 2, reason, row: { id: 'a' } }]);
    expect(fn.calls).toHaveLength(2);
  });

  test.each<[string, unknown, string]>([
    ['a number that DynamoDB cannot hold', '{"items":[{"n":1,"item":{"id":"a","n":1e200}}]}', 'was made an item that has the number 1e+200, which DynamoDB cannot hold'],
    ['an item without its key', { items: [{ n: 1, item: { x: 1 } }] }, 'has no value for \'id\', a key of the table'],
    ['a second item without its key', { items: [{ n: 1, item: one }, { n: 1, item: {} }] }, 'has no value for \'id\', a key of the table'],
    ['a reject', { rejects: [{ n: 1, reason: 'as planned' }] }, 'as planned'],
  ])('of %s is a reject, and is not asked for again', async (_, payload, reason) => {
    const fn = new RowFunction(() => ({ payload }));
    const table = new RowTable();
    const { rejects } = await objectOf('id\na\n').run({}, table, fn.sink());
    expect(rejects.map((reject) => reject.reason)).toEqual([reason]);
    expect([fn.calls.length, table.items.size]).toEqual([1, 0]);
  });

  test('of several items of a row writes them all; the row is rejected where one is refused', async () => {
    const fn = new RowFunction(({ rows }) => ({ payload: { items: rows.flatMap(({ n, row }) => ['', '-b', '-c'].map((end) => ({ n, item: { id: row.id + end } }))) } }));
    const table = new RowTable();
    table.refusal = ({ id }) => ['k1-c', 'k1-b'].includes(id.S!) ? `planned, ${id.S}` : undefined;
    const { checkpoint, rejects } = await objectOf(csv(3)).run({}, table, fn.sink());
    expect(checkpoint).toMatchObject({ read: 3, written: 7, rejected: 1 });
    expect(rejects.map(({ reason }) => reason)).toEqual(['was refused by DynamoDB: planned, k1-b']);
  });
});

test('the reason is that of the first item that is refused, also where it is tried last', async () => {
  const fn = new RowFunction(({ rows: [{ n }, second] }) => ({
    payload: {
      items: [
        { n, item: { id: 'one' } }, { n: second.n, item: { id: 'one', x: 'bad' } }, { n: second.n, item: { id: 'two', x: 'bad' } },
      ],
    },
  }));
  const table = new RowTable();
  table.refusal = ({ id, x }) => x ? `planned, ${id.S}` : undefined;
  const { rejects } = await objectOf(csv(2)).run({}, table, fn.sink());
  expect(rejects.map(({ reason }) => reason)).toEqual(['was refused by DynamoDB: planned, one']);
});

describe('an error of the function', () => {
  test('that passes costs one more call', async () => {
    let isFirst = true;
    const fn = echo(() => {
      const failure = isFirst ? crash() : undefined;
      isFirst = false;
      return failure;
    });
    const { checkpoint } = await objectOf(csv(100)).run({}, new RowTable(), fn.sink());
    expect([checkpoint.written, sizes(fn)]).toEqual([100, [100, 100]]);
  });

  test('gives a row that stands alone a second chance', async () => {
    let left = 3;
    const fn = echo(({ x }) => x === '0' && left-- > 0 ? crash() : undefined);
    const { checkpoint } = await objectOf(csv(2)).run({}, new RowTable(), fn.sink());
    expect([checkpoint.written, sizes(fn)]).toEqual([2, [2, 2, 1, 1, 1]]);
  });

  test('is narrowed down to the rows that cause it', async () => {
    const fn = echo(({ x }) => ['7', '300'].includes(x) ? crash('no such price', 'ValueError') : undefined);
    const object = objectOf(csv(500));
    const { checkpoint, rejects } = await object.run({}, new RowTable(), fn.sink());
    expect(rejects).toEqual([['7', 9], ['300', 302]].map(([x, line]) => ({ line, reason: 'ValueError: no such price', row: { id: `k${x}`, x } })));
    expect(checkpoint).toMatchObject({ read: 500, written: 498, rejected: 2 });
    expect(fn.calls.length).toBeLessThan(45);
  });

  test.each<[unknown, string]>([
    [{ errorMessage: '2026-11-21T20:00:00.000Z 8f5c-11 Task timed out after 3.00 seconds' }, 'Task timed out after 3.00 seconds'],
    [{ errorType: 'Sandbox.Timedout', errorMessage: 'RequestId: 8f5c-11 Error: Task timed out after 3.00 seconds' }, 'Sandbox.Timedout: Task timed out after 3.00 seconds'],
    [{ errorType: 'Runtime.ExitError', errorMessage: 'RequestId: 8f5c-11 Error: Runtime exited' }, 'Runtime.ExitError: Runtime exited'],
    [{ errorType: 'E', errorMessage: 'x'.repeat(2000) }, `E: ${'x'.repeat(997)}...`],
    ['no JSON', 'no JSON'],
    [{ other: 1 }, '{"other":1}'],
  ])('%j is the reason', async (functionError, reason) => {
    const { rejects } = await objectOf('id\na\n').run({}, new RowTable(), new RowFunction(() => ({ functionError })).sink());
    expect(rejects.map((reject) => reject.reason)).toEqual([reason]);
  });

  test('by an answer that is too large is not tried again: half of it is', async () => {
    const fn = echo((_, rows) => rows > 30 ? crash('Response payload size exceeded', 'Function.ResponseSizeTooLarge') : undefined);
    const object = objectOf(csv(101));
    const { checkpoint } = await object.run({}, new RowTable(), fn.sink());
    expect(checkpoint).toMatchObject({ written: 101, rejected: 0 });
    expect(sizes(fn).sort((a, b) => b - a)).toEqual([101, 51, 50, 26, 25, 25, 25]);
  });

  test('by a row that is too large for a call rejects it', async () => {
    const fn = echo(({ x }) => x === '5' ? { fault: { name: 'RequestTooLargeException', status: 413 } } : undefined);
    const { rejects } = await objectOf(csv(9)).run({}, new RowTable(), fn.sink());
    expect(rejects.map(({ line, reason }) => [line, reason])).toEqual([[7, expect.stringContaining('RequestTooLargeException')]]);
  });

  test('in all rows ends the object after few calls, not after two a row', async () => {
    const fn = echo(() => crash());
    const object = objectOf(csv(50_000));
    await expect(object.run({ maxRejectedPercent: 10 }, new RowTable(), fn.sink())).rejects.toThrow('1000 of 1000 rows were rejected, more than 10 %; the first at line 2: as planned');
    expect(object.rejects).toHaveLength(1000);
    expect(fn.calls.length).toBeLessThan(13_000);
  });
});

describe('what Lambda does not take at once', () => {
  test.each([['TooManyRequestsException', 429], ['ServiceException', 500], ['EC2ThrottledException', 502], ['ResourceConflictException', 409]])('%s: the same call again', async (name, status) => {
    let left = 5;
    const fn = echo(() => left-- > 0 ? { fault: { name, status } } : undefined);
    const { checkpoint } = await objectOf(csv(1)).run({}, new RowTable(), fn.sink());
    expect(checkpoint).toMatchObject({ written: 1, rejected: 0 });
    expect(sizes(fn)).toEqual([1, 1, 1, 1, 1, 1]);
  });

  test('all the time is no error, but no progress', async () => {
    const fn = echo(() => ({ fault: { name: 'TooManyRequestsException', status: 429 } }));
    let time = 40_200;
    const object = objectOf(csv(2));
    expect(await object.run({}, new RowTable(), fn.sink(10), () => time -= 10)).toMatchObject({ done: false, checkpoint: { read: 0 } });
    expect(fn.calls.length).toBeGreaterThan(3);
    expect(object.saved).toEqual([]);
  });

  test('an error that does not pass ends the run', async () => {
    const fn = echo(() => ({ fault: { name: 'AccessDeniedException', status: 403 } }));
    await expect(objectOf(csv(30)).run({}, new RowTable(), fn.sink())).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(fn.calls.length).toBeLessThan(3);
  });
});

test('no call begins that may not end in time', async () => {
  const fn = echo();
  const asked: number[] = [];
  let time = 62_000;
  fn.delay = async () => { asked.push(time); };
  const object = objectOf(csv(5000));
  const { done } = await object.run({}, new RowTable(), fn.sink(30), () => time -= 1);
  expect(done).toBe(false);
  expect(Math.min(...asked)).toBeGreaterThan(60_000 - 10);
  expect(object.checkpoint!.read).toBeGreaterThan(0);
});
