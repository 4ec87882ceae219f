import { isUtf8 } from 'buffer';
import { Item, itemOfObject } from './attributes';
import { InvalidObject } from './invalid-object';
import { isJsonObject, parseJson } from './numbers';
import { NO_UTF_8, Row, RowReader } from './row';
import { Text } from './text';
import { JsonLinesSettings, RowCheckpoint } from '../contract';

const LINE_FEED = 10;
const PLACE = / \(line 1 column \d+\)$/;

/** Rows of JSON Lines. */
export class JsonLinesReader implements RowReader {
  private lines: number;

  constructor(private readonly settings: JsonLinesSettings, private readonly text: Text, { line }: RowCheckpoint) {
    this.lines = line;
  }

  public async *rows(): AsyncGenerator<Row[]> {
    let at = 0;
    let rest: Buffer[] = [];
    let size = 0;
    for await (const chunk of this.text.chunks()) {
      const found: Row[] = [];
      let from = 0;
      for (let feed = chunk.indexOf(LINE_FEED); feed >= 0; feed = chunk.indexOf(LINE_FEED, from)) {
        const line = chunk.subarray(from, feed + 1);
        size += line.length;
        if (size > this.settings.maxRowBytes) break;
        at += size;
        found.push(...this.rowOf(rest.length > 0 ? Buffer.concat([...rest, line]) : line, this.text.offset + at, 1));
        rest = [];
        size = 0;
        from = feed + 1;
      }
      if (from < chunk.length && size <= this.settings.maxRowBytes) {
        rest.push(chunk.subarray(from));
        size += chunk.length - from;
      }
      yield found;
      if (size > this.settings.maxRowBytes) {
        throw new InvalidObject(`the row at line ${this.lines + 1} has more than ${this.settings.maxRowBytes} bytes`);
      }
    }
    if (size > 0) yield this.rowOf(Buffer.concat(rest), this.text.offset + at + size, 0);
  }

  private rowOf(raw: Buffer, end: number, feeds: number): Row[] {
    const text = raw.toString().trim();
    this.lines += feeds;
    if (text === '') return [];
    const place = { line: this.lines + 1 - feeds, end, lines: this.lines };
    if (!isUtf8(raw)) return [new JsonRow(text, undefined, place, NO_UTF_8)];
    try {
      const value = parseJson(text);
      return [new JsonRow(text, value, place, isJsonObject(value) ? undefined : 'is no JSON object')];
    } catch (error) {
      return [new JsonRow(text, undefined, place, error instanceof RangeError ? 'is nested too deeply' : `is no JSON: ${(error as Error).message.replace(PLACE, '')}`)];
    }
  }
}

class JsonRow implements Row {
  public readonly line: number;
  public readonly end: number;
  public readonly lines: number;

  constructor(
    private readonly text: string, private readonly value: unknown,
    { line, end, lines }: { line: number; end: number; lines: number }, public readonly reason?: string,
  ) {
    this.line = line;
    this.end = end;
    this.lines = lines;
  }

  /** As it was written: no digit is lost. */
  public json(): string {
    return this.value === undefined ? JSON.stringify(this.text) : this.text;
  }

  public item(): Item {
    return itemOfObject(this.value as object);
  }
}
