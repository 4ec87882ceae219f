/** What has to become of an object, written down without any of the code that does it: whole, in one pass, a row at a time. */
import { Item, RowTable } from './row-sinks';
import { ColumnType, CsvSettings, JsonLinesSettings, RejectedRow } from '../../src/patterns/object-pipeline/contract';

export interface Expected {
  readonly items: Item[];
  readonly rejects: RejectedRow[];
  readonly read: number;
  readonly written: number;
  /** Where the object becomes invalid. */
  readonly fault?: string;
}

/** What a row becomes: items as DynamoDB has them, or a reason. */
export type Made = Item[] | string;

interface Read { readonly line: number; readonly reason?: string; readonly row: any; readonly cells?: string[]; readonly columns?: string[] }

/** @param make what a transform makes of a row; otherwise a row is an item */
export function expected(bytes: Buffer, format: CsvSettings | JsonLinesSettings, table: RowTable, make?: (row: any) => Made): Expected {
  const { rows, fault } = format.kind === 'csv' ? csv(bytes, format) : jsonLines(bytes);
  const items = new Map<string, Item>();
  const rejects: RejectedRow[] = [];
  let written = 0;
  for (const read of rows) {
    const made = read.reason ?? (make ? make(read.row) : format.kind === 'csv' ? ofCells(read, format) : [ofObject(read.row)]);
    const reasons = typeof made === 'string' ? [made] : made.map((item) => table.keys.filter((key) => !item[key])[0]).filter(Boolean)
      .map((key) => `has no value for '${key}', a key of the table`);
    if (typeof made !== 'string' && reasons.length === 0) {
      for (const item of made) {
        const refusal = table.refusalOf(item);
        if (refusal === undefined) {
          items.set(table.keyOf(item), item);
          written++;
        } else {
          reasons.push(`was refused by DynamoDB: ${refusal}`);
        }
      }
    }
    if (reasons.length > 0) rejects.push({ line: read.line, reason: reasons[0], row: read.row });
  }
  const sorted = [...items].sort(([a], [b]) => a < b ? -1 : 1).map(([, item]) => item);
  return { items: sorted, rejects, read: rows.length, written, fault };
}

function csv(bytes: Buffer, { columns: given, delimiter }: CsvSettings): { rows: Read[]; fault?: string } {
  const text = bytes.toString('latin1').replace(/^\xef\xbb\xbf/, ''); // a character a byte
  const utf8 = (cell: string) => Buffer.from(cell, 'latin1').toString();
  const ends = (at: number) => at >= text.length || text.startsWith(delimiter, at) || text[at] === '\n' || text.startsWith('\r\n', at);
  let columns = given;
  const rows: Read[] = [];
  for (let [at, line] = [0, 1]; at < text.length;) {
    const start = at;
    const found: string[] = [];
    let isOdd = false;
    for (let isMore = true; isMore;) {
      let cell = '';
      if (text[at] === '"') {
        for (at++; text[at] !== '"' || text[at + 1] === '"'; at++) {
          if (at >= text.length) return { rows, fault: `the row that begins at line ${line} has a quote that is not closed` };
          cell += text[at];
          if (text[at] === '"') at++;
        }
        at++;
        if (!ends(at)) {
          isOdd = true;
          cell = `"${cell}"`;
        }
      }
      while (!ends(at)) cell += text[at++];
      found.push(cell);
      isMore = text.startsWith(delimiter, at);
      if (isMore) at += delimiter.length;
    }
    at += text[at] === '\n' ? 1 : text[at] === '\r' ? 2 : 0;
    const raw = text.slice(start, at);
    const cells = found.map(utf8);
    const isUtf8 = Buffer.from(utf8(raw)).equals(Buffer.from(raw, 'latin1'));
    const beginning = line;
    line += raw.split('\n').length - 1;
    if (cells.join('') === '') continue;
    if (!columns) {
      columns = cells.map((cell) => cell.trim());
      continue;
    }
    const names: string[] = columns;
    const isRagged = cells.length < names.length || cells.slice(names.length).join('') !== '';
    const of = (n: number, noun: string) => `${n} ${noun}${n === 1 ? '' : 's'}`;
    const reason = isRagged ? `has ${of(cells.length, 'cell')} for ${of(names.length, 'column')}`
      : !isUtf8 ? 'holds bytes that are no UTF-8' : isOdd ? 'has text after a closing quote' : undefined;
    rows.push({ line: beginning, reason, row: isRagged ? cells : Object.fromEntries(names.map((name, n) => [name, cells[n]])), cells, columns });
  }
  return { rows };
}

function ofCells({ columns, cells }: Read, { columnTypes }: CsvSettings): Made {
  const item: Item = {};
  for (const [n, column] of columns!.entries()) {
    const cell = cells![n];
    if (columnTypes[column] === ColumnType.NUMBER) {
      if (cell.trim() === '') continue;
      if (Number.isNaN(Number(cell))) return `has ${JSON.stringify(cell)} in column '${column}', which is no number that DynamoDB holds`;
      item[column] = { N: cell.trim() };
    } else if (cell !== '') {
      item[column] = { S: cell };
    }
  }
  return [item];
}

function jsonLines(bytes: Buffer): { rows: Read[]; fault?: string } {
  const rows: Read[] = [];
  for (const [n, raw] of bytes.toString('latin1').replace(/^\xef\xbb\xbf/, '').split('\n').entries()) {
    const text = Buffer.from(raw, 'latin1').toString().trim();
    if (text === '') continue;
    let row: any = text;
    let reason: string | undefined;
    try {
      row = JSON.parse(text);
      if (typeof row !== 'object' || row === null || Array.isArray(row)) reason = 'is no JSON object';
    } catch (error) {
      reason = `is no JSON: ${(error as Error).message.replace(/ \(line .*/, '')}`;
    }
    if (!Buffer.from(text).equals(Buffer.from(raw.trim(), 'latin1'))) [row, reason] = [text, 'holds bytes that are no UTF-8'];
    rows.push({ line: n + 1, reason, row });
  }
  return { rows };
}

/** As the SDK's documentation has it. */
export function ofObject(row: object): Item {
  const attribute = (value: any): any => {
    if (value === null) return { NULL: true };
    if (Array.isArray(value)) return { L: value.map(attribute) };
    switch (typeof value) {
      case 'string': return { S: value };
      case 'number': return { N: `${value}` };
      case 'boolean': return { BOOL: value };
      default: return { M: ofObject(value) };
    }
  };
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, attribute(value)]));
}
