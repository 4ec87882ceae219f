/** CSV as RFC 4180 has it, and as it is found. */
import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { ColumnType, CsvSettings } from '../../../src/patterns/object-pipeline/contract';
import { root } from '../../support/examples';
import { CSV, objectOf, Outcome } from '../../support/row-objects';
import { Item, RowTable } from '../../support/row-sinks';

/** Its JSON is of another row. */
const ODD = 'location_coordinates';
const SPECTRUM = join(root, 'node_modules/csv-spectrum');

/** What a text becomes: the items, in order, and the outcome. */
async function processed(text: string | Buffer, format: Partial<CsvSettings> = {}, key = 'id', chunks = [64 * 1024]): Promise<Outcome & { items: Item[] }> {
  const object = objectOf(text);
  object.chunks = chunks;
  const table = new RowTable([key]);
  const outcome = await object.run({ format: { ...CSV, ...format } }, table);
  return { ...outcome, items: table.calls.flat() };
}
const texts = (items: Item[]) => items.map((item) => Object.fromEntries(Object.entries(item).map(([name, { S }]) => [name, S])));
const rejected = async (text: string | Buffer, format?: Partial<CsvSettings>) => (await processed(text, format)).rejects;

jest.setTimeout(60_000);

describe('csv-spectrum', () => {
  const names = readdirSync(join(SPECTRUM, 'csvs')).map((file) => file.replace('.csv', '')).filter((name) => name !== ODD);
  test.each(names)('%s, in any chunks', async (name) => {
    const rows: Array<Record<string, string>> = JSON.parse(readFileSync(join(SPECTRUM, 'json', `${name}.json`), 'utf8'));
    const [key] = Object.keys(rows[0]);
    const wanted = rows.map((row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== '')));
    for (const chunks of [[64 * 1024], [1], [2, 3, 7]]) {
      const { items, rejects, checkpoint } = await processed(readFileSync(join(SPECTRUM, 'csvs', `${name}.csv`)), {}, key, chunks);
      expect(texts(items)).toEqual(wanted);
      expect(rejects).toEqual([]);
      expect(checkpoint).toMatchObject({ read: rows.length, written: rows.length, rejected: 0, rejectParts: 0 });
    }
  });

  test(ODD, async () => {
    const { items, rejects } = await processed(readFileSync(join(SPECTRUM, 'csvs', `${ODD}.csv`)), {}, 'Contact Phone Number');
    expect(rejects).toEqual([]);
    expect(texts(items)).toEqual([expect.objectContaining({ 'Location Coordinates': '37\ufffd36\'37.8"N 121\ufffd2\'17.9"W', 'Counties': 'Stanislaus' })]);
  });
});

test.each<[string, string, Array<Record<string, string>>]>([
  ['a byte order mark', '\ufeffid,x\n1,a\n', [{ id: '1', x: 'a' }]],
  ['a byte order mark and a header in quotes', '\ufeff"id","x"\n1,a\n', [{ id: '1', x: 'a' }]],
  ['the same character at the start of a later row', 'id,x\n\ufeff1,a\n', [{ id: '\ufeff1', x: 'a' }]],
  ['CRLF', 'id,x\r\n1,a\r\n2,b\r\n', [{ id: '1', x: 'a' }, { id: '2', x: 'b' }]],
  ['no line end at the end', 'id,x\n1,a', [{ id: '1', x: 'a' }]],
  ['both line ends', 'id,x\r\n1,a\n2,b\r\n', [{ id: '1', x: 'a' }, { id: '2', x: 'b' }]],
  ['blank lines', '\n\r\nid,x\n\n1,a\n\r\n\n2,b\n\n', [{ id: '1', x: 'a' }, { id: '2', x: 'b' }]],
  ['rows of empty cells', 'id,x\n,\n1,a\n"",""\n,,,,\n', [{ id: '1', x: 'a' }]],
  ['line breaks in quotes', 'id,x\n1,"a\nb\r\nc\rd"\n2,e\n', [{ id: '1', x: 'a\nb\r\nc\rd' }, { id: '2', x: 'e' }]],
  ['a blank line in quotes', 'id,x\n1,"\n\n"\n', [{ id: '1', x: '\n\n' }]],
  ['quotes in quotes', 'id,x\n1,"""a"" b"\n2,""""\n', [{ id: '1', x: '"a" b' }, { id: '2', x: '"' }]],
  ['quotes within a cell without quotes', 'id,x\n1,5" pipe\n2,a "b, c\n3,d"\n'.replace(', c', ' c'), [{ id: '1', x: '5" pipe' }, { id: '2', x: 'a "b c' }, { id: '3', x: 'd"' }]],
  ['spaces around cells', 'id,x\n 1 , a \n', [{ id: ' 1 ', x: ' a ' }]],
  ['spaces around names', ' id ,\tx \n1,a\n', [{ id: '1', x: 'a' }]],
  ['an empty cell', 'id,x,y\n1,,b\n2,"",\n', [{ id: '1', y: 'b' }, { id: '2' }]],
  ['more cells that are empty', 'id,x\n1,a,,\n', [{ id: '1', x: 'a' }]],
  ['one column', 'id\n1\n\n2\n', [{ id: '1' }, { id: '2' }]],
  ['all of unicode', 'id,漢 字\n1,é😀\u2028ß\n', [{ 'id': '1', '漢 字': 'é😀\u2028ß' }]],
  ['the replacement character itself', 'id,x\n1,\ufffd\n', [{ id: '1', x: '\ufffd' }]],
  ['columns called as what every object has', 'id,constructor,__proto__,toString\n1,a,b,c\n', [Object.fromEntries([['id', '1'], ['constructor', 'a'], ['__proto__', 'b'], ['toString', 'c']]) as any]],
  ['a carriage return in a cell', 'id,x\n1,a\rb\n', [{ id: '1', x: 'a\rb' }]],
  ['no rows', 'id,x\n', []],
  ['apostrophes and backslashes', 'id,x\n1,\'a\\"\n2,\\\n', [{ id: '1', x: '\'a\\"' }, { id: '2', x: '\\' }]],
])('%s', async (_, text, wanted) => {
  for (const chunks of [[64 * 1024], [1], [3, 5]]) {
    const { items, rejects } = await processed(text, {}, 'id', chunks);
    expect([texts(items), rejects]).toEqual([wanted, []]);
  }
});

test.each([';', '\t', '|', '||'])('the delimiter %j', async (delimiter) => {
  const text = ['id', 'x,y'].join(delimiter) + '\n' + ['1', `"a${delimiter}b"`].join(delimiter);
  expect(texts((await processed(text, { delimiter })).items)).toEqual([{ 'id': '1', 'x,y': `a${delimiter}b` }]);
});

test('columns that are given: the first row is one', async () => {
  expect(texts((await processed('1,a\n2,b\n', { columns: ['id', 'x'] })).items)).toEqual([{ id: '1', x: 'a' }, { id: '2', x: 'b' }]);
  expect((await processed('', { columns: ['id'] })).done).toBe(true);
});

test('types of columns', async () => {
  const columnTypes = { n: ColumnType.NUMBER, b: ColumnType.BOOLEAN, valueOf: ColumnType.STRING };
  const { items, rejects } = await processed('id,n,b\n1,12345678901234567890.12345678,TRUE\n2, -.5 ,false \n3,+5.,\n4, , \n5,1e-130,\n6,007,\n', { columnTypes });
  expect(rejects).toEqual([]);
  expect(items).toEqual([
    { id: { S: '1' }, n: { N: '12345678901234567890.12345678' }, b: { BOOL: true } },
    { id: { S: '2' }, n: { N: '-0.5' }, b: { BOOL: false } },
    { id: { S: '3' }, n: { N: '5' } },
    { id: { S: '4' } },
    { id: { S: '5' }, n: { N: '1e-130' } },
    { id: { S: '6' }, n: { N: '007' } },
  ]);
});

describe('a row is rejected, with line and reason, and those around it are not', () => {
  test.each<[string, string, number, string, unknown]>([
    ['too few cells', 'id,x\n1,a\n2\n3,c\n', 3, 'has 1 cell for 2 columns', ['2']],
    ['too many cells', 'id,x\n1,"a\nb"\n\n2,b,c\n3,c\n', 5, 'has 3 cells for 2 columns', ['2', 'b', 'c']],
    ['text after a closing quote', 'id,x\n1,a\n2,"b"c\n3,c\n', 3, 'has text after a closing quote', { id: '2', x: '"b"c' }],
    ['text after a closing quote, beside other quotes', 'id,x\n1,a\n5" ,"b"c\n3,c\n', 3, 'has text after a closing quote', { id: '5" ', x: '"b"c' }],
    ['text after a closing quote, where the same is right before', 'id,x\n1,a\n"""b""c","b"c\n3,c\n', 3, 'has text after a closing quote', { id: '"b"c', x: '"b"c' }],
    ['no key', 'id,x\n1,a\n,b\n3,c\n', 3, 'has no value for \'id\', a key of the table', { id: '', x: 'b' }],
  ])('%s', async (_, text, line, reason, row) => {
    const { items, rejects, checkpoint } = await processed(text);
    expect(rejects).toEqual([{ line, reason, row }]);
    expect(texts(items).map(({ id }) => id)).toEqual(['1', '3']);
    expect(checkpoint).toMatchObject({ read: 3, written: 2, rejected: 1, rejectParts: 1, firstReject: `line ${line}: ${reason}` });
  });

  test('bytes that are no UTF-8', async () => {
    const rejects = await rejected(Buffer.concat([Buffer.from('id,x\n1,'), Buffer.from([0xe9, 0x20]), Buffer.from('\n2,é\n')]));
    expect(rejects).toEqual([{ line: 2, reason: 'holds bytes that are no UTF-8', row: { id: '1', x: '\ufffd ' } }]);
  });

  test.each(['abc', '1,5', '0x10', 'NaN', 'Infinity', '1e', '.', '-', '1 2', '1e126', '1e-131', '1'.repeat(39), `0.${'1'.repeat(39)}`])('no number: %s', async (cell) => {
    const rejects = await rejected(`id,n\n1,"${cell}"\n2,7\n`, { columnTypes: { n: ColumnType.NUMBER } });
    expect(rejects).toEqual([{ line: 2, reason: `has "${cell}" in column 'n', which is no number that DynamoDB holds`, row: { id: '1', n: cell } }]);
  });

  test.each(['9.9e125', '-1e-130', '1'.repeat(38), `${'1'.repeat(38)}000`, `0.000${'1'.repeat(38)}`, '0', '-0', '0e999', '1E5', '1e+5'])('a number: %s', async (cell) => {
    expect(await rejected(`id,n\n1,${cell}\n`, { columnTypes: { n: ColumnType.NUMBER } })).toEqual([]);
  });

  test.each(['yes', '1', 'truee'])('neither true nor false: %s', async (cell) => {
    const [{ reason }] = await rejected(`id,b\n1,${cell}\n`, { columnTypes: { b: ColumnType.BOOLEAN } });
    expect(reason).toBe(`has "${cell}" in column 'b', which is neither true nor false`);
  });

  test('a long value is cut in the reason, and whole in the row', async () => {
    const [{ reason, row }] = await rejected(`id,n\n1,${'x'.repeat(5000)}\n`, { columnTypes: { n: ColumnType.NUMBER } });
    expect(reason).toBe(`has "${'x'.repeat(100)}..." in column 'n', which is no number that DynamoDB holds`);
    expect(row).toEqual({ id: '1', n: 'x'.repeat(5000) });
  });
});

describe('an object is invalid', () => {
  const huge = `id,x\n1,a\n2,"${'line\n'.repeat(400)}`;
  test.each<[string, string | Buffer, string, Partial<CsvSettings>]>([
    ['without a header', '\n\r\n,,\n', 'it has no header', {}],
    ['with a column without a name', 'id,,x\n1,a,b\n', 'its header has no name for column 2: \'id\', \'\', \'x\'', {}],
    ['with a column of spaces', 'id, \n1,a\n', 'its header has no name for column 2', {}],
    ['with a column twice', 'id,x, id\n1,a,b\n', 'its header has the column \'id\' twice: \'id\', \'x\', \'id\'', {}],
    ['without the key', 'sku,x\n1,a\n', 'its header has no column \'id\', a key of the table: \'sku\', \'x\'', {}],
    ['with a header that is no UTF-8', Buffer.from('id,\xe9\n1,a\n', 'latin1'), 'its header holds bytes that are no UTF-8', {}],
    ['with text after a quote in the header', 'id,"x"y\n1,a\n', 'its header has text after a closing quote', {}],
    ['with lines that end in a carriage return', 'id,x\r1,a\r2,b\r', 'its lines end with a carriage return alone', {}],
    ['with such lines and without a header', '1,a\r2,b\r3,c', 'its lines end with a carriage return alone', { columns: ['id', 'x'] }],
    ['in UTF-16', Buffer.from('\ufeffid,x\n1,a\n', 'utf16le'), 'it is UTF-16, and has to be UTF-8', {}],
    ['in UTF-16 of the other order', Buffer.from('\ufeffid,x\n', 'utf16le').swap16(), 'it is UTF-16, and has to be UTF-8', {}],
    ['with a quote that is not closed', 'id,x\n1,a\n\n2,"b\n3,c\n', 'the row that begins at line 4 has a quote that is not closed', {}],
    ['with a row that is too large', huge, 'the row that begins at line 3 has more than 1000 bytes: a quote that is not closed', { maxRowBytes: 1000 }],
    ['with a row that is too large by its quotes', `id,x\n1,"${'""'.repeat(501)}"\n`, 'the row that begins at line 2 has more than 1000 bytes', { maxRowBytes: 1000 }],
  ])('%s', async (_, text, message, format) => {
    for (const chunks of [[64 * 1024], [1]]) {
      await expect(processed(text, format, 'id', chunks)).rejects.toMatchObject({ name: 'InvalidObject', message: expect.stringContaining(message) });
    }
  });

  test('a row that is just not too large', async () => {
    const row = `1,${'x'.repeat(997)}\n`;
    expect((await processed(`id,x\n${row}${row}`, { maxRowBytes: 1000 })).checkpoint.written).toBe(2);
  });

  test('what comes before the fault is done, and kept', async () => {
    const object = objectOf('id,x\n1,a\n2\n3,"b\n');
    const table = new RowTable();
    await expect(object.run({}, table)).rejects.toThrow('the row that begins at line 4');
    expect([...table.items.values()]).toEqual([{ id: { S: '1' }, x: { S: 'a' } }]);
    expect(object.checkpoint).toMatchObject({ offset: 11, line: 3, read: 2, written: 1, rejected: 1 });
    expect(object.rejects).toHaveLength(1);
  });
});
