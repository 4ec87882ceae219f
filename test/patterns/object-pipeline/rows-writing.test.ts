/** Items into the table: its limits, its throttling, the time, and what is kept. */
import { Readable } from 'stream';
import { BackOff } from '../../../src/foundation/runtime/back-off';
import { JSON_LINES, objectOf, RowObject } from '../../support/row-objects';
import { fault, RowTable } from '../../support/row-sinks';

const csv = (rows: number, of = (n: number) => `k${n},${n}`) => `id,x\n${Array.from({ length: rows }, (_, n) => `${of(n)}\n`).join('')}`;
const xs = (table: RowTable) => Object.fromEntries([...table.items.values()].map(({ id, x }) => [id.S, x.S]));
const hops = (most: number) => async () => {
  for (let n = Math.floor(Math.random() * most); n >= 0; n--) await new Promise((done) => { setImmediate(done); });
};

jest.setTimeout(60_000);

let pauses: jest.SpyInstance;
beforeEach(() => {
  pauses = jest.spyOn(BackOff.prototype, 'pause').mockImplementation(async () => new Promise((done) => { setImmediate(done); }));
});
afterEach(() => jest.restoreAllMocks());

test('fault 59: writes 25 items a call, 8 calls at once', async () => {
  const table = new RowTable();
  table.delay = async () => new Promise((done) => { setTimeout(done, 5); });
  const { checkpoint } = await objectOf(csv(1010)).run({}, table);
  expect(table.calls.map(({ length }) => length)).toEqual([...Array.from({ length: 40 }, () => 25), 10]);
  expect(table.mostUnderWay).toBe(8);
  expect(table.items.size).toBe(1010);
  expect(checkpoint).toMatchObject({ read: 1010, written: 1010, rejected: 0 });
});

test('fault 59: the last row of a key stays, however calls overtake each other', async () => {
  for (let round = 0; round < 4; round++) {
    const table = new RowTable();
    table.delay = hops(30);
    table.before = (batch) => batch.map((_, n) => n).filter(() => Math.random() < 0.2);
    const { checkpoint } = await objectOf(csv(600, (n) => `k${n % 7 + (n % 3) * (n % 40)},${n}`)).run({}, table);
    const last: Record<string, string> = {};
    for (let n = 0; n < 600; n++) last[`k${n % 7 + (n % 3) * (n % 40)}`] = `${n}`;
    expect(xs(table)).toEqual(last);
    expect(checkpoint).toMatchObject({ read: 600, written: 600 });
  }
});

test('fault 59: numbers are the same key however they are written', async () => {
  const table = new RowTable(['id'], ['N']);
  const ids = ['1', '1.0', '10e-1', '0.1E+1', '100', '1e2', '-0', '0', '12345678901234567890', '12345678901234567890.0'];
  const { checkpoint } = await objectOf(ids.map((id, n) => `{"id":${id},"x":"${n}"}`).join('\n')).run({ format: JSON_LINES }, table);
  expect(checkpoint).toMatchObject({ written: 10, rejected: 0 });
  expect([...table.items.values()].map(({ x }) => x.S)).toEqual(['3', '5', '7', '9']);
  expect(table.calls.filter((batch) => new Set(batch.map((item) => table.keyOf(item))).size < batch.length)).toEqual([]);
});

test('fault 59: keys of two attributes are told apart', async () => {
  const table = new RowTable(['id', 'x'], ['S', 'S']);
  await objectOf('id,x\n"a"",""b",c\na,"b"",""c"\na,c\na,d\n').run({}, table);
  expect(table.items.size).toBe(4);
});

test('fault 59: an item above 400 KB is found, and is the only one that is rejected', async () => {
  const table = new RowTable();
  const text = csv(200, (n) => `k${n},${n % 67 === 5 ? 'x'.repeat(410_000) : n}`);
  const { checkpoint, rejects } = await objectOf(text).run({}, table);
  expect(rejects.map(({ line, reason }) => [line, reason])).toEqual([5, 72, 139].map((n) => [n + 2, 'was refused by DynamoDB: Item size has exceeded the maximum allowed size']));
  expect(checkpoint).toMatchObject({ read: 200, written: 197, rejected: 3 });
  expect(table.items.size).toBe(197);
});

test.each(['SerializationException', 'ItemCollectionSizeLimitExceededException'])('an item that is refused by %s is found', async (name) => {
  const table = new RowTable();
  table.before = (batch) => batch.some(({ x }) => x.S === '30') ? fault(name, 'as planned') : undefined;
  const { rejects } = await objectOf(csv(60)).run({}, table);
  expect(rejects).toEqual([{ line: 32, reason: 'was refused by DynamoDB: as planned', row: { id: 'k30', x: '30' } }]);
  expect(table.items.size).toBe(59);
});

test('a call that is too large is halved', async () => {
  const table = new RowTable();
  table.before = (batch) => batch.length > 6 ? { status: 413, body: 'Request Entity Too Large' } : undefined;
  const { checkpoint } = await objectOf(csv(100)).run({}, table);
  expect(checkpoint).toMatchObject({ written: 100, rejected: 0 });
});

test('the key of another type, and an empty one', async () => {
  const { rejects } = await objectOf('{"id":1}\n{"id":""}\n{"id":"a"}').run({ format: JSON_LINES }, new RowTable());
  expect(rejects.map(({ reason }) => reason)).toEqual([
    'was refused by DynamoDB: Type mismatch for key id expected: S actual: N',
    'was refused by DynamoDB: The AttributeValue for a key attribute cannot contain an empty string value. Key: id',
  ]);
});

test('a row of a key whose later row is refused stays', async () => {
  const table = new RowTable();
  table.refusal = ({ x }) => x.S === '2' ? 'as planned' : undefined;
  const { checkpoint } = await objectOf('id,x\na,1\na,2\n').run({}, table);
  expect(xs(table)).toEqual({ a: '1' });
  expect(checkpoint).toMatchObject({ read: 2, written: 1, rejected: 1 });
});

describe('fault 60: what DynamoDB does not take at once', () => {
  test('is written later: items that are not processed, throttling and errors that pass', async () => {
    const table = new RowTable();
    let call = 0;
    table.before = (batch) => {
      switch (call++ % 4) {
        case 0: return batch.map((_, n) => n).filter((n) => n % 3 > 0);
        case 1: return fault('ProvisionedThroughputExceededException');
        case 2: return fault('InternalServerError', 'as planned', 500);
        default: return undefined;
      }
    };
    const { done, checkpoint } = await objectOf(csv(300)).run({}, table);
    expect([done, checkpoint.written, table.items.size]).toEqual([true, 300, 300]);
    expect(pauses).toHaveBeenCalled();
  });

  test('is not tried without a pause between', async () => {
    const table = new RowTable();
    table.before = (batch) => table.calls.length < 6 ? batch.map((_, n) => n) : undefined;
    await objectOf(csv(1)).run({}, table);
    expect(table.calls).toHaveLength(6);
    expect(pauses).toHaveBeenCalledTimes(5);
  });

  test.each<[string, (table: RowTable) => void]>([
    ['throttled', (table) => { table.before = () => fault('ThrottlingException'); }],
    ['nothing processed', (table) => { table.before = (batch) => batch.map((_, n) => n); }],
  ])('all the time is no error, but no progress: %s', async (_, trouble) => {
    const object = objectOf(csv(50));
    const table = new RowTable();
    let time = 30_400;
    const timeLeft = () => time -= 100;
    trouble(table);
    expect(await object.run({}, table, undefined, timeLeft)).toMatchObject({ done: false, checkpoint: { offset: 0, read: 0 } });
    expect([object.saved, table.underWay]).toEqual([[], 0]);
    expect(time).toBeGreaterThan(18_000); // what is left is for the checkpoint
    table.before = () => undefined;
    expect((await object.run({}, table)).checkpoint).toMatchObject({ read: 50, written: 50 });
  });

  test('is done before the object is called invalid', async () => {
    const object = objectOf('id,x\n1,a\n2,"b');
    const table = new RowTable();
    table.before = () => fault('ThrottlingException');
    let time = 31_000;
    await expect(object.run({}, table, undefined, () => time -= 100)).resolves.toMatchObject({ done: false, checkpoint: { read: 0 } });
    table.before = () => undefined;
    await expect(object.run({}, table)).rejects.toThrow('the row that begins at line 3 has a quote that is not closed');
    expect(table.items.size).toBe(1);
  });

  test('an error that does not pass ends the run, once nothing is on its way', async () => {
    const table = new RowTable();
    table.delay = hops(5);
    table.before = () => table.calls.length > 20 ? fault('AccessDeniedException') : undefined;
    await expect(objectOf(csv(2000)).run({}, table)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(table.underWay).toBe(0);
    expect(table.calls.length).toBeLessThan(40);
  });
});

describe('fault 61: an object for which the time of a run is too short', () => {
  test('is read on where the run before ended', async () => {
    const object = objectOf(csv(5000, (n) => n % 10 === 0 ? `k${n}` : `k${n},"line\n${n}"`));
    const table = new RowTable();
    let runs = 0;
    for (let done = false; !done; runs++) {
      const before = object.checkpoint?.read ?? 0;
      let time = 31_000;
      ({ done } = await object.run({}, table, undefined, () => time--));
      expect(object.checkpoint!.read).toBeGreaterThan(before);
    }
    expect(runs).toBeGreaterThan(4);
    expect(object.opened.slice(1)).toEqual(object.saved.map(({ offset }) => offset).slice(0, runs - 1));
    expect(object.checkpoint).toMatchObject({ offset: object.bytes.length, line: 1 + 500 + 2 * 4500, read: 5000, written: 4500, rejected: 500, header: ['id', 'x'] });
    expect(object.rejects.map(({ line }) => line)).toEqual(Array.from({ length: 500 }, (_, n) => 2 + 19 * n));
  });

  test('keeps a checkpoint every 30 seconds, so that a run that dies costs no more', async () => {
    const object = objectOf(csv(3000));
    object.chunks = [1000];
    let time = 900_000;
    await object.run({}, new RowTable(), undefined, () => time -= 100);
    expect(object.saved.length).toBeGreaterThan(5);
    expect(object.saved.length).toBeLessThan(30);
    expect([...object.saved].sort((a, b) => a.offset - b.offset)).toEqual(object.saved);
  });

  test('leaves time for what is on its way, and takes no more of it', async () => {
    const table = new RowTable();
    const object = objectOf(csv(4000));
    const asked: number[] = [];
    let time = 33_000;
    table.before = () => {
      asked.push(time);
      return undefined;
    };
    await object.run({}, table, undefined, () => time -= 1);
    expect(Math.min(...asked)).toBeGreaterThan(20_000);
    expect(object.checkpoint!.read).toBe(table.items.size); // nothing was written that does not count
    expect(table.items.size).toBeLessThan(4000);
    expect(await objectOf(csv(4000)).run({}, table, undefined, () => 30_000)).toMatchObject({ done: false, checkpoint: { read: 0 } });
    expect(await objectOf(csv(40)).run({}, table, undefined, () => 30_500)).toMatchObject({ done: true });
  });

  test('that is at its end is not opened again', async () => {
    const object = objectOf(csv(3));
    await object.run({}, new RowTable());
    const { saved } = object;
    expect(await object.run({}, new RowTable())).toMatchObject({ done: true, checkpoint: saved[0] });
    expect([object.opened, saved.length]).toEqual([[0], 1]);
  });

  test('does not stand in memory as a whole', async () => {
    const object = new RowObject(Buffer.alloc(0));
    let [given, most] = [0, 0];
    const table = new RowTable();
    table.calls.push = () => 0;
    table.items.set = () => table.items;
    table.delay = async () => { // until no more is read
      for (let before = -1; before !== given;) {
        before = given;
        await new Promise((done) => { setTimeout(done, 50); });
      }
    };
    table.before = (batch) => {
      most = Math.max(most, given - Number(batch[0].x.S!.trim()));
      return undefined;
    };
    const row = (n: number) => `{"id":"k${n}","x":"${String(n).padStart(10_000)}"}\n`;
    object.source = () => Readable.from((function* () {
      for (; given < 1200; given++) yield Buffer.from(row(given));
    })());
    const length = Array.from({ length: 1200 }, (_, n) => row(n).length).reduce((sum, bytes) => sum + bytes);
    Object.assign(object, { bytes: { length, subarray: () => undefined } });
    expect((await object.run({ format: JSON_LINES }, table)).checkpoint.written).toBe(1200);
    expect(most).toBeLessThan(1000); // of 8 MB, and what streams hold
  });
});

describe('rejects', () => {
  test('go to a file before the checkpoint that counts it', async () => {
    const object = objectOf('id,x\n1\n2,b\n');
    const order: string[] = [];
    object.beforeKeep = (what) => order.push(what);
    await object.run({}, new RowTable());
    expect(order).toEqual(['rejects', 'checkpoint']);
  });

  test('make a file as soon as they are large', async () => {
    const object = objectOf(Array.from({ length: 700 }, (_, n) => `{"x":"${'x'.repeat(20_000)}${n}"}`).join('\n'));
    await object.run({ format: JSON_LINES }, new RowTable());
    const sizes = [...object.parts.values()].map(({ length }) => length);
    expect(sizes).toHaveLength(3);
    expect(Math.max(...sizes)).toBeLessThan(14e6);
    expect(object.rejects.map(({ line }) => line)).toEqual(Array.from({ length: 700 }, (_, n) => n + 1));
    expect(object.checkpoint!.rejectParts).toBe(3);
  });

  test('fault 62: those of a run that dies before its checkpoint do not count', async () => {
    const object = objectOf(csv(50, (n) => n % 5 === 0 ? `k${n}` : `k${n},x`));
    object.beforeKeep = (what) => {
      if (what === 'checkpoint') throw new Error('the claim is lost');
    };
    const table = new RowTable();
    await expect(object.run({}, table)).rejects.toThrow('the claim is lost');
    expect(object.parts.size).toBe(1);
    object.beforeKeep = () => undefined;
    await object.run({}, table);
    expect(object.rejects).toHaveLength(10);
    expect(object.parts.size).toBe(1);
  });

  test.each(['while it reads', 'when it has read'])('a checkpoint that cannot be kept ends the run %s, once nothing is on its way', async (when) => {
    const object = objectOf(csv(when === 'while it reads' ? 4000 : 500));
    object.chunks = [when === 'while it reads' ? 500 : 64 * 1024];
    let tries = 0;
    object.beforeKeep = () => {
      tries++;
      throw new Error('the claim is lost');
    };
    const table = new RowTable();
    table.delay = async () => new Promise((done) => { setTimeout(done, 5 + 30 * (table.calls.length % 2)); });
    let time = 900_000;
    const timeLeft = () => when === 'while it reads' ? time -= 100 : object.sources[0]?.destroyed ? 800_000 : 900_000;
    await expect(object.run({}, table, undefined, timeLeft)).rejects.toThrow('the claim is lost');
    expect([tries, table.underWay]).toEqual([1, 0]);
    expect(table.items.size).toBeLessThan(2000);
  });

  test.each([
    [4, 'a', false], [4, 'b', false], [5, 'b', true],
  ])('%s of 100 against 4 %%', async (bad, _, isInvalid) => {
    const object = objectOf(csv(100, (n) => n < bad ? `k${n}` : `k${n},x`));
    const run = object.run({ maxRejectedPercent: 4 }, new RowTable());
    if (!isInvalid) return expect(run).resolves.toMatchObject({ done: true });
    const message = '5 of 100 rows were rejected, more than 4 %; the first at line 2: has 1 cell for 2 columns';
    await expect(run).rejects.toMatchObject({ name: 'InvalidObject', message });
    expect(object.rejects).toHaveLength(5);
    await expect(object.run({ maxRejectedPercent: 4 }, new RowTable())).rejects.toThrow(message); // also once it is at its end
  });

  test.each([1, 2, 3, 4])('too many of the first 1000 end the object there, whatever was written behind them, round %s', async () => {
    const object = objectOf(csv(20_000, (n) => n >= 400 && n < 800 ? `k${n}` : `k${n},x`));
    const table = new RowTable();
    table.delay = hops(30);
    const message = '400 of 1000 rows were rejected, more than 30 %; the first at line 402: has 1 cell for 2 columns';
    await expect(object.run({ maxRejectedPercent: 30 }, table)).rejects.toThrow(message);
    expect(object.rejects).toHaveLength(400);
    expect(object.checkpoint).toMatchObject({ read: 1000, rejected: 400 });
    await expect(object.run({ maxRejectedPercent: 30 }, table)).rejects.toThrow(message); // where nobody has heard of it
    expect(table.items.size).toBeLessThan(6000);
  });
});
