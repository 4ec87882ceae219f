import { isUtf8 } from 'buffer';
import { CsvError, Parser } from 'csv-parse';
import { Item, itemOfCells } from './attributes';
import { InvalidObject } from './invalid-object';
import { lineFeeds, RawBytes } from './raw-bytes';
import { NO_UTF_8, Row, RowReader } from './row';
import { Text } from './text';
import { ColumnType, CsvSettings, RowCheckpoint } from '../contract';

const BARE_RETURN = /\r(?!\n)/;
const RETURNS_ONLY = 'its lines end with a carriage return alone, and have to end with a line feed';

/** Rows of CSV by RFC 4180, and as it is found: lines may be ragged or blank, and a quote within a cell without quotes is as it is. */
export class CsvReader implements RowReader {
  public header?: string[];
  private lines: number;
  private found: Row[] = [];
  private readonly raw = new RawBytes();

  /** @param required columns that there have to be */
  constructor(
    private readonly settings: CsvSettings, private readonly text: Text, { line, header }: RowCheckpoint, private readonly required: string[],
  ) {
    this.lines = line;
    this.header = header;
  }

  public async *rows(): AsyncGenerator<Row[]> {
    let taken = 0;
    const parser = new Parser({
      delimiter: this.settings.delimiter,
      max_record_size: this.settings.maxRowBytes,
      record_delimiter: ['\r\n', '\n'],
      relax_column_count: true,
      relax_quotes: true,
      // as a call and not from the stream, which forgets rows when it fails behind them
      on_record: (cells: string[], { bytes }: { bytes: number }) => {
        this.find(cells, this.raw.take(bytes - taken), this.text.offset + bytes);
        taken = bytes;
        return null;
      },
    });
    parser.on('error', () => undefined); // `fed` has it
    const fed = async (chunk?: Buffer) => new Promise<Error | null | undefined>((done) => chunk ? parser.write(chunk, done) : parser.end(done));
    try {
      for await (const chunk of this.text.chunks()) {
        this.raw.add(chunk);
        yield* this.foundBy(await fed(chunk));
      }
      yield* this.foundBy(await fed());
    } finally {
      parser.destroy();
    }
    if (!this.columns) throw new InvalidObject('it has no header');
  }

  private get columns(): string[] | undefined {
    return this.settings.columns ?? this.header;
  }

  private *foundBy(failure?: Error | null): Generator<Row[]> {
    yield this.found;
    this.found = [];
    if (!failure) return;
    const at = `the row that begins at line ${this.lines + 1}`;
    switch ((failure as CsvError).code) {
      case 'CSV_MAX_RECORD_SIZE': throw this.tooLarge();
      case 'CSV_QUOTE_NOT_CLOSED': throw new InvalidObject(`${at} has a quote that is not closed`);
      default: throw failure;
    }
  }

  private tooLarge(): InvalidObject {
    const cause = 'a quote that is not closed, or lines that end with a carriage return alone?';
    return new InvalidObject(`the row that begins at line ${this.lines + 1} has more than ${this.settings.maxRowBytes} bytes: ${cause}`);
  }

  private find(cells: string[], raw: Buffer, end: number): void {
    if (raw.length > this.settings.maxRowBytes) throw this.tooLarge();
    const line = this.lines + 1;
    const lines = this.lines + lineFeeds(raw);
    const isBlank = cells.every((cell) => cell === '');
    if (!isBlank) {
      if (this.columns) this.found.push(this.rowOf(this.columns, cells, raw, { line, end, lines }));
      else this.header = this.headerOf(cells, raw);
    }
    this.lines = lines;
  }

  private headerOf(cells: string[], raw: Buffer): string[] {
    if (cells.some((cell) => BARE_RETURN.test(cell))) throw new InvalidObject(RETURNS_ONLY);
    const reason = this.flaw(cells, raw);
    if (reason) throw new InvalidObject(`its header ${reason}`);
    const names = cells.map((cell) => cell.trim());
    const listed = names.map((name) => `'${name}'`).join(', ');
    const nameless = names.indexOf('');
    if (nameless >= 0) throw new InvalidObject(`its header has no name for column ${nameless + 1}: ${listed}`);
    const double = names.find((name, n) => names.indexOf(name) < n);
    if (double !== undefined) throw new InvalidObject(`its header has the column '${double}' twice: ${listed}`);
    const missing = this.required.find((name) => !names.includes(name));
    if (missing !== undefined) throw new InvalidObject(`its header has no column '${missing}', a key of the table: ${listed}`);
    return names;
  }

  private rowOf(columns: string[], cells: string[], raw: Buffer, place: { line: number; end: number; lines: number }): Row {
    const isFitting = cells.length === columns.length || cells.length > columns.length && cells.slice(columns.length).every((cell) => cell === '');
    if (isFitting) return new CsvRow(columns, cells, this.settings.columnTypes, place, this.flaw(cells, raw));
    if (place.line === 1 && cells.length > columns.length && cells.some((cell) => BARE_RETURN.test(cell))) throw new InvalidObject(RETURNS_ONLY);
    return new CsvRow(undefined, cells, {}, place, `has ${count(cells.length, 'cell')} for ${count(columns.length, 'column')}`);
  }

  private flaw(cells: string[], raw: Buffer): string | undefined {
    if (!isUtf8(raw)) return NO_UTF_8;
    return this.hasTextBehindQuote(cells, raw) ? 'has text after a closing quote' : undefined;
  }

  /** A cell that begins with a quote stands in quotes, each of its own doubled; the parser gives one with text behind its end as it is. */
  private hasTextBehindQuote(cells: string[], raw: Buffer): boolean {
    const suspects = cells.filter((cell) => cell.startsWith('"'));
    const text = suspects.length > 0 ? raw.toString() : '';
    let at = 0;
    return suspects.some((cell) => {
      const written = `"${cell.replaceAll('"', '""')}"`;
      const found = text.indexOf(written, at);
      at = found + written.length;
      return found < 0;
    });
  }
}

class CsvRow implements Row {
  public readonly line: number;
  public readonly end: number;
  public readonly lines: number;

  constructor(
    private readonly columns: string[] | undefined, private readonly cells: string[], private readonly types: Record<string, ColumnType>,
    { line, end, lines }: { line: number; end: number; lines: number }, public readonly reason?: string,
  ) {
    this.line = line;
    this.end = end;
    this.lines = lines;
  }

  public json(): string {
    return JSON.stringify(this.columns ? Object.fromEntries(this.columns.map((column, n) => [column, this.cells[n]])) : this.cells);
  }

  public item(): Item {
    return itemOfCells(this.columns!, this.cells, this.types);
  }
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
