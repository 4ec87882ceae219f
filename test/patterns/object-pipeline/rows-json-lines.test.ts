/** JSON Lines, numbers of any length, and what is compressed. */
import { Readable } from 'stream';
import { gzipSync } from 'zlib';
import { JsonLinesSettings } from '../../../src/patterns/object-pipeline/contract';
import { CSV, JSON_LINES, objectOf, RowObject } from '../../support/row-objects';
import { RowTable } from '../../support/row-sinks';

async function processed(text: string | Buffer, format: Partial<JsonLinesSettings> = {}, chunks = [64 * 1024]) {
  const object = objectOf(text);
  object.chunks = chunks;
  const table = new RowTable();
  const outcome = await object.run({ format: { ...JSON_LINES, ...format } }, table);
  return { ...outcome, items: table.calls.flat() };
}

jest.setTimeout(60_000);

test('all that JSON has becomes what DynamoDB has', async () => {
  const { items, rejects } = await processed('{"id":"1","s":"","n":-1.5e2,"t":true,"f":false,"z":null,"l":[1,["é"],{}],"m":{"constructor":{"name":"Number"},"__proto__":"p"}}\n');
  expect(rejects).toEqual([]);
  expect(items).toEqual([{
    id: { S: '1' },
    s: { S: '' },
    n: { N: '-150' },
    t: { BOOL: true },
    f: { BOOL: false },
    z: { NULL: true },
    l: { L: [{ N: '1' }, { L: [{ S: 'é' }] }, { M: {} }] },
    m: { M: Object.fromEntries([['constructor', { M: { name: { S: 'Number' } } }], ['__proto__', { S: 'p' }]]) },
  }]);
});

test.each([
  '1234567890123456789', '-9007199254740993', '0.1234567890123456789', '1234567890.123456789', '1.5e-100', `${'9'.repeat(38)}`, `0.${'0'.repeat(20)}${'9'.repeat(38)}`, '1e125',
])('the number %s keeps all its digits, at any depth', async (number) => {
  const [{ n, deep }] = (await processed(`{"id":"1","n":${number},"deep":{"a":[${number}]}}`)).items;
  const { N } = (deep.M!.a.L!)[0];
  expect([n.N, N].map((text) => text!.replace('e+', 'e'))).toEqual([number, number]);
});

test('numbers that JavaScript holds are as JavaScript writes them', async () => {
  const { items: [{ n, text }] } = await processed('{"id":"1","n":[1.10,1e3,9007199254740992,0.30000000000000004,1.0000000000000000000],"text":"1234567890123456789"}');
  expect(n.L!.map(({ N }) => N)).toEqual(['1.1', '1000', '9007199254740992', '0.30000000000000004', '1']);
  expect(text).toEqual({ S: '1234567890123456789' });
});

test.each(['1'.repeat(39), '1e126', '-1e-131', '1e999', '1e99999999999'])('the number %s is rejected, and stays as it is', async (number) => {
  const object = objectOf(`{"id":"1","n":${number}}\n{"id":"2"}`);
  await object.run({ format: JSON_LINES }, new RowTable());
  expect(object.checkpoint).toMatchObject({ written: 1, rejected: 1 });
  expect(object.parts.get(1)).toBe(`{"line":1,"reason":"has the number ${number.replace('1e1', '1e+1')}, which DynamoDB cannot hold","row":{"id":"1","n":${number}}}\n`);
});

test.each<[string, string, unknown]>([
  ['[1]', 'is no JSON object', [1]],
  ['null', 'is no JSON object', null],
  ['12345678901234567890', 'is no JSON object', 12345678901234567890],
  ['"text"', 'is no JSON object', 'text'],
  ['{"id":"1"', expect.stringMatching(/^is no JSON: \w[^(]*$/), '{"id":"1"'],
  ['{"id":"1"} {}', expect.stringMatching(/^is no JSON: /), '{"id":"1"} {}'],
  ['{"x":1}', 'has no value for \'id\', a key of the table', { x: 1 }],
  [`{"id":"1","a":${'['.repeat(33)}${']'.repeat(33)}}`, 'is nested more than 32 levels deep', expect.anything()],
  [`{"id":"1","a":${'['.repeat(100_000)}1e999${']'.repeat(100_000)}}`, 'is nested too deeply', expect.stringContaining('{"id":"1"')],
  ['{"id":"1","a":{"b":{"__proto__":1e200}}}', 'has the number 1e+200, which DynamoDB cannot hold', expect.anything()],
])('%.40s is rejected, and what is around it is not', async (line, reason, row) => {
  for (const end of ['\n', '\r\n']) {
    const { items, rejects } = await processed(['{"id":"a"}', line, '', '{"id":"b"}'].join(end));
    expect(rejects).toEqual([{ line: 2, reason, row }]);
    expect(items).toEqual([{ id: { S: 'a' } }, { id: { S: 'b' } }]);
  }
});

test('as deep as DynamoDB goes', async () => {
  expect((await processed(`{"id":"1","a":${'['.repeat(31)}${']'.repeat(31)}}`)).rejects).toEqual([]);
});

test('bytes that are no UTF-8', async () => {
  const { rejects } = await processed(Buffer.from('{"id":"\xe9"}\n{"id":"b"}', 'latin1'));
  expect(rejects).toEqual([{ line: 1, reason: 'holds bytes that are no UTF-8', row: '{"id":"\ufffd"}' }]);
});

test('a byte order mark, blank lines and no line end, in any chunks', async () => {
  for (const chunks of [[64 * 1024], [1], [2, 5]]) {
    const { items, rejects, checkpoint } = await processed('\ufeff\n{"id":"é"}\r\n \t\r\n\n{"id":"漢"}', {}, chunks);
    expect([items, rejects]).toEqual([[{ id: { S: 'é' } }, { id: { S: '漢' } }], []]);
    expect(checkpoint).toMatchObject({ offset: 34, line: 4 });
  }
});

test.each([[64 * 1024], [1], [7]])('a line that is too large, in chunks of %s', async (size) => {
  const ok = `{"id":"${'x'.repeat(90)}"}\n`;
  const object = objectOf(`${ok}\n${ok.replace('x', 'xx')}${ok}`);
  object.chunks = [size];
  const table = new RowTable();
  await expect(object.run({ format: { ...JSON_LINES, maxRowBytes: ok.length } }, table)).rejects.toMatchObject({ name: 'InvalidObject', message: 'the row at line 3 has more than 100 bytes' });
  expect(table.items.size).toBe(1);
  await expect(objectOf('x'.repeat(102)).run({ format: { ...JSON_LINES, maxRowBytes: 100 } }, table)).rejects.toThrow('the row at line 1');
});

describe('gzip', () => {
  const text = Array.from({ length: 5000 }, (_, n) => `{"id":"k${n}","x":"${Math.sin(n)}"}\n`).join('');
  const format = { ...JSON_LINES, gzip: true };

  test.each([1, 3])('of %s members, continued anywhere', async (members) => {
    const object = objectOf(text, members);
    const table = new RowTable();
    let runs = 0;
    for (let done = false; !done; runs++) {
      let time = 30_000 + 900;
      ({ done } = await object.run({ format }, table, undefined, () => time--));
    }
    expect(runs).toBeGreaterThan(3);
    expect(object.opened).toEqual(Array.from({ length: runs }, () => 0));
    expect(table.items.size).toBe(5000);
    expect(object.checkpoint).toMatchObject({ offset: text.length, line: 5000, read: 5000, written: 5000 });
  });

  test.each<[string, Buffer]>([
    ['cut off', gzipSync(text).subarray(0, 30_000)],
    ['damaged', Buffer.concat([gzipSync(text).subarray(0, 30_000), Buffer.alloc(2000, 7)])],
    ['none', Buffer.from(text)],
  ])('that is %s makes the object invalid', async (_, bytes) => {
    await expect(new RowObject(bytes).run({ format }, new RowTable())).rejects.toMatchObject({ name: 'InvalidObject', message: expect.stringMatching(/^it is no whole gzip file: \w/) });
  });
});

describe.each([false, true])('a source that fails (gzip %s)', (gzip) => {
  const text = Array.from({ length: 3000 }, (_, n) => `k${n},x\n`).join('');
  const format = { ...CSV, columns: ['id', 'x'], gzip };

  test('is an error that another attempt may not meet, and what was read is kept', async () => {
    const object = objectOf(text, gzip ? 1 : 0);
    const { source } = object;
    object.source = (bytes) => Readable.from((async function* () {
      yield bytes.subarray(0, bytes.length / 2);
      throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
    })());
    const table = new RowTable();
    await expect(object.run({ format }, table)).rejects.toThrow('aborted');
    if (!gzip) expect(object.checkpoint!.read).toBeGreaterThan(1000);
    object.source = source;
    expect((await object.run({ format }, table)).checkpoint).toMatchObject({ read: 3000, written: 3000 });
    expect(object.sources.every(({ destroyed }) => destroyed)).toBe(true);
  });

  test('by an early end is one, too: half a row is no row', async () => {
    const object = objectOf(text, gzip ? 1 : 0);
    object.source = (bytes) => Readable.from([bytes.subarray(0, bytes.length - 4)]);
    const table = new RowTable();
    await expect(object.run({ format }, table)).rejects.toThrow(`read ${object.bytes.length - 4} of ${object.bytes.length} bytes`);
    expect(object.checkpoint?.read ?? 0).toBeLessThan(3000);
  });

  test.each([0, 500])('by giving nothing more is left in time, with what was read; open after %s ms', async (opensAfter) => {
    const object = objectOf(text, gzip ? 1 : 0);
    object.opensAfter = opensAfter;
    object.source = (bytes) => {
      const source = new Readable({ read: () => undefined });
      if (opensAfter === 0) source.push(bytes.subarray(0, bytes.length - 8));
      return source;
    };
    const started = Date.now();
    const { done } = await object.run({ format }, new RowTable(), undefined, () => 30_300 - (Date.now() - started));
    expect(done).toBe(false);
    expect(Date.now() - started).toBeLessThan(3000);
    expect(object.sources[0].destroyed).toBe(true);
  });
});
