import { cut } from './attributes';
import { Row } from './row';
import { RowCheckpoint } from '../contract';

/** From so many rows on, their share of rejects is judged as they come. */
const FEW_ROWS = 1000;
const LONGEST_REASON = 1000;
const LONGEST_FIRST_REASON = 300;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Where rejects and checkpoints go. */
export interface Keeper {
  /** Puts the file of rejected rows number `part` (1, 2, ...), in the place of one of a killed run; it holds a `RejectedRow` a line. */
  putRejects(part: number, text: string): Promise<void>;
  /** Keeps a checkpoint durably; throws where the object is another run's. */
  save(checkpoint: RowCheckpoint): Promise<void>;
}

/** A row that was read, until all before it and itself are done. */
export class Entry {
  public written = 0;
  /** Items on their way; undefined as long as nobody knows which. */
  private open?: number;
  private refusal?: { readonly reason: string; readonly index: number };

  constructor(public readonly row: Row, public readonly bytes: number, private readonly changed: () => void) {}

  public get isDone(): boolean {
    return this.open === 0;
  }

  public get reason(): string | undefined {
    return this.refusal?.reason;
  }

  public reject(reason: string): void {
    this.open = 0;
    this.refusal = { reason, index: 0 };
    this.changed();
  }

  public expect(items: number): void {
    this.open = items;
  }

  public wrote(): void {
    this.written++;
    this.open!--;
    this.changed();
  }

  /** The table does not take an item. Of several, the reason of the first counts: they may come in any order. */
  public refuse(reason: string, index: number): void {
    if (!this.refusal || index < this.refusal.index) this.refusal = { reason, index };
    this.open!--;
    this.changed();
  }
}

/** What became of the rows. What is done, and is kept, ends before the first row that is not. */
export class Ledger {
  /** Too many rows were rejected: no further one is looked at. */
  public isSpoiled: boolean;
  /** Of the rows that are not done, or are behind one that is not. */
  public bytes = 0;
  private readonly entries: Entry[] = [];
  private readonly now: Mutable<RowCheckpoint>;
  /** Rejected rows that are in no file yet. */
  private rejects: string[] = [];
  private rejectBytes = 0;
  private lastEnd: number;

  constructor(private kept: RowCheckpoint, private readonly maxRejectedPercent: number) {
    this.now = { ...kept };
    this.lastEnd = kept.offset;
    this.isSpoiled = this.spoils;
  }

  /** That are not done, or are behind one that is not. */
  public get rows(): number {
    return this.entries.length;
  }

  /** Size of the rejected rows that are in no file yet. */
  public get unfiled(): number {
    return this.rejectBytes;
  }

  public get hasTooManyRejects(): boolean {
    return this.now.rejected * 100 > this.maxRejectedPercent * this.now.read;
  }

  private get spoils(): boolean {
    return this.now.read >= FEW_ROWS && this.hasTooManyRejects;
  }

  public get verdict(): string {
    const { rejected, read, firstReject } = this.now;
    return `${rejected} of ${read} rows were rejected, more than ${this.maxRejectedPercent} %; the first at ${firstReject}`;
  }

  public add(row: Row): Entry {
    const entry = new Entry(row, row.end - this.lastEnd, this.advance);
    this.lastEnd = row.end;
    this.bytes += entry.bytes;
    this.entries.push(entry);
    return entry;
  }

  /** Keeps what is done, if there is more than before; a file of rejects comes before the checkpoint that counts it. */
  public async keep({ putRejects, save }: Keeper, header?: string[]): Promise<RowCheckpoint> {
    if (this.now.offset === this.kept.offset) return this.kept;
    const { rejects } = this;
    this.rejects = [];
    this.rejectBytes = 0;
    if (rejects.length > 0) this.now.rejectParts++;
    const checkpoint: RowCheckpoint = { ...this.now, ...header && { header } };
    if (rejects.length > 0) await putRejects(checkpoint.rejectParts, rejects.join(''));
    await save(checkpoint);
    return this.kept = checkpoint;
  }

  private readonly advance = (): void => {
    while (!this.isSpoiled && this.entries[0]?.isDone) {
      const { row, bytes, reason, written } = this.entries.shift()!;
      this.bytes -= bytes;
      this.now.offset = row.end;
      this.now.line = row.lines;
      this.now.read++;
      this.now.written += written;
      if (reason !== undefined) this.reject(row, cut(reason, LONGEST_REASON));
      this.isSpoiled = this.spoils;
    }
  };

  private reject(row: Row, reason: string): void {
    const text = `{"line":${row.line},"reason":${JSON.stringify(reason)},"row":${row.json()}}\n`; // a `RejectedRow`
    this.rejects.push(text);
    this.rejectBytes += text.length;
    this.now.rejected++;
    this.now.firstReject ??= `line ${row.line}: ${cut(reason, LONGEST_FIRST_REASON)}`;
  }
}
