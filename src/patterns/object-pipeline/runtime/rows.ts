import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Item, Unfit } from './attributes';
import { CsvReader } from './csv-reader';
import { InvalidObject } from './invalid-object';
import { ItemWriter } from './item-writer';
import { JsonLinesReader } from './json-lines-reader';
import { Entry, Keeper, Ledger } from './ledger';
import { Row, RowReader } from './row';
import { RowTransform, TransformSink } from './row-transform';
import { Text, TextSource } from './text';
import { TransformWindow } from './transform-window';
import { RowCheckpoint, RowSettings } from '../contract';

/** Left for what is under way when reading ends. */
const READ_MARGIN = 30_000;
/** Left for the last checkpoint. */
const WRITE_MARGIN = 20_000;
/** A run that is killed costs no more than that. */
const KEEP_EVERY = 30_000;
/** Rows that were read and are not done. */
const MOST_ROWS = 4000;
const MOST_BYTES = 8 * 1024 * 1024;
const MOST_REJECT_BYTES = 5 * 1024 * 1024;
const START: RowCheckpoint = { offset: 0, line: 0, read: 0, written: 0, rejected: 0, rejectParts: 0 };

/** Where rows go. */
export interface RowSinks {
  readonly table: string;
  readonly db: DynamoDBClient;
  readonly transform?: TransformSink;
}

/** One run over an object. */
export interface RowRun extends TextSource, Keeper {
  /** How far the runs before have come. */
  readonly checkpoint?: RowCheckpoint;
  /** In milliseconds. */
  timeLeft(): number;
}

/**
 * Rows into items: to the end of the object, or as far as the time reaches. Throws `InvalidObject` where no further run helps; what was done until then is kept.
 *
 * @returns the last checkpoint that was kept; the same as before if there was no progress
 */
export async function runRows(settings: RowSettings, sinks: RowSinks, run: RowRun): Promise<{ done: boolean; checkpoint: RowCheckpoint }> {
  return new Rows(settings, sinks, run).run();
}

class Rows {
  private readonly ledger: Ledger;
  private readonly text: Text;
  private readonly reader: RowReader;
  private readonly writer: ItemWriter;
  private readonly window?: TransformWindow;
  private readonly margin: number;
  private failure?: { readonly error: unknown };
  private keptAt: number;
  private wake?: () => void;

  constructor({ format, keys, maxRejectedPercent }: RowSettings, { table, db, transform }: RowSinks, private readonly from: RowRun) {
    const checkpoint = from.checkpoint ?? START;
    this.ledger = new Ledger(checkpoint, maxRejectedPercent);
    this.text = new Text(from, format.gzip, checkpoint.offset);
    this.reader = format.kind === 'csv' ? new CsvReader(format, this.text, checkpoint, transform ? [] : keys) : new JsonLinesReader(format, this.text, checkpoint);
    this.writer = new ItemWriter(db, table, keys, this);
    this.window = transform && new TransformWindow(new RowTransform(transform, from.object, () => this.mayCall()), this);
    this.margin = READ_MARGIN + (transform?.seconds ?? 0) * 1000;
    this.keptAt = from.timeLeft();
  }

  public async run(): Promise<{ done: boolean; checkpoint: RowCheckpoint }> {
    let end: { isWhole: boolean; fault?: unknown };
    try {
      end = await this.read();
      await this.settled();
    } finally {
      while (this.calls > 0) await this.changed(); // Lambda would freeze what is on its way
    }
    if (this.failure) throw this.failure.error;
    const checkpoint = await this.keep();
    if (this.ledger.isSpoiled) throw new InvalidObject(this.ledger.verdict);
    const isDone = this.ledger.rows === 0;
    if (end.fault && (isDone || !(end.fault instanceof InvalidObject))) throw end.fault;
    if (!isDone || !end.isWhole) return { done: false, checkpoint };
    if (this.ledger.hasTooManyRejects) throw new InvalidObject(this.ledger.verdict);
    return { done: true, checkpoint };
  }

  public mayCall(): boolean {
    return this.mayGoOn(this.margin);
  }

  public mayWrite(): boolean {
    return this.mayGoOn(WRITE_MARGIN);
  }

  public write(entry: Entry, items: () => Item[]): void {
    try {
      this.writer.write(items(), entry);
    } catch (error) {
      if (!(error instanceof Unfit)) throw error;
      entry.reject(error.message);
    }
  }

  public ended(error?: unknown): void {
    if (error) this.failure ??= { error };
    this.flush(false);
    this.wake?.();
  }

  private mayGoOn(margin: number): boolean {
    return !this.failure && !this.ledger.isSpoiled && this.from.timeLeft() > margin;
  }

  private get calls(): number {
    return this.writer.calls + (this.window?.calls ?? 0);
  }

  /** Reads while there is time. A fault of the object waits until the rows before it are done. */
  private async read(): Promise<{ isWhole: boolean; fault?: unknown }> {
    const timeout = setTimeout(() => this.text.close(), this.from.timeLeft() - this.margin); // also where the source hangs
    try {
      for await (const rows of this.reader.rows()) {
        for (const row of rows) {
          if (!this.hasRoom) await this.room();
          if (!this.mayCall()) return { isWhole: false };
          this.take(row);
        }
        await this.keepInTime();
        if (!this.mayCall()) return { isWhole: false };
      }
      return { isWhole: true };
    } catch (fault) {
      return { isWhole: false, ...this.mayCall() && { fault } };
    } finally {
      clearTimeout(timeout);
      this.text.close();
    }
  }

  private take(row: Row): void {
    const entry = this.ledger.add(row);
    if (row.reason !== undefined) return entry.reject(row.reason);
    if (this.window) return this.window.add(entry);
    this.write(entry, () => [row.item()]);
  }

  private get hasRoom(): boolean {
    return this.ledger.rows < MOST_ROWS && this.ledger.bytes < MOST_BYTES;
  }

  private async room(): Promise<void> {
    while (!this.hasRoom && this.mayCall()) {
      if (this.calls === 0) this.flush(true); // rows that wait for more would wait for ever
      await this.progress();
    }
  }

  private async settled(): Promise<void> {
    for (this.flush(true); this.calls > 0; this.flush(true)) await this.progress();
  }

  private async progress(): Promise<void> {
    if (this.calls > 0) await this.changed();
    await this.keepInTime();
  }

  private flush(isEnd: boolean): void {
    this.window?.flush(isEnd);
    this.writer.flush(isEnd);
  }

  private async changed(): Promise<void> {
    await new Promise<void>((done) => { this.wake = done; });
  }

  private async keepInTime(): Promise<void> {
    const isTime = this.keptAt - this.from.timeLeft() >= KEEP_EVERY || this.ledger.unfiled >= MOST_REJECT_BYTES;
    if (isTime && !this.failure) await this.keep();
  }

  private async keep(): Promise<RowCheckpoint> {
    this.keptAt = this.from.timeLeft();
    try {
      return await this.ledger.keep(this.from, this.reader.header);
    } catch (error) {
      this.failure ??= { error };
      throw error;
    }
  }
}
