import { Size, Token } from 'aws-cdk-lib';
import { ColumnType, CsvRowOptions, RowFormat } from '../../../src';

test('what the worker gets of a format', () => {
  expect(RowFormat.csv()._settings).toEqual({ kind: 'csv', delimiter: ',', columns: undefined, columnTypes: {}, gzip: false, maxRowBytes: 1024 ** 2 });
  const options = { delimiter: '\t', columns: ['sku', 'pieces'], columnTypes: { pieces: ColumnType.NUMBER }, gzip: true, maxRowSize: Size.kibibytes(64) };
  expect(RowFormat.csv(options)._settings).toEqual({
    kind: 'csv', delimiter: '\t', columns: ['sku', 'pieces'], columnTypes: { pieces: 'N' }, gzip: true, maxRowBytes: 65_536,
  });
  expect(RowFormat.jsonLines({ gzip: true })._settings).toEqual({ kind: 'jsonLines', gzip: true, maxRowBytes: 1024 ** 2 });
});

test.each<[CsvRowOptions, string]>([
  [{ delimiter: '' }, "'delimiter' must be one character that is no quote and no line break, got ''"],
  [{ delimiter: '||' }, "'delimiter' must be one character"],
  [{ delimiter: '"' }, "'delimiter' must be one character"],
  [{ delimiter: '\n' }, "'delimiter' must be one character"],
  [{ columns: [] }, "'columns' must name at least one column, got '[]'"],
  [{ columns: ['a', 'b', 'a'] }, "'columns' must have names that differ, got 'a'"],
  [{ columns: ['a', ''] }, "'columns' must have names that differ, got ''"],
  [{ columns: ['a'], columnTypes: { b: ColumnType.NUMBER } }, "'columnTypes' must be of the columns, a, got 'b'"],
  [{ maxRowSize: Size.mebibytes(5) }, "'maxRowSize' must be a whole number between 1 and 4096 KiB, got 5120"],
  [{ maxRowSize: Size.bytes(100) }, "'maxRowSize' must be a whole number between 1 and 4096 KiB"],
])('bad input: %p', (options, message) => expect(() => RowFormat.csv(options)).toThrow(message));

test('a delimiter beyond the plane of 16 bits is one character', () => {
  expect(() => RowFormat.csv({ delimiter: '😀' })).not.toThrow();
  expect(Token.isUnresolved(RowFormat.csv()._settings)).toBe(false);
});
