import { Item } from './attributes';
import { Entry } from './ledger';
import { Question, RowTransform } from './row-transform';

const MOST_ROWS = 500;
const MOST_BYTES = 1024 * 1024;
/** Calls at once. */
const CALLS = 4;

/** Who runs a window. */
export interface WindowRun {
  mayCall(): boolean;
  /** Takes what a row has become, in the order of the rows. */
  write(entry: Entry, items: () => Item[]): void;
  /** A call has ended, with an error or without. */
  ended(error?: unknown): void;
}

interface Asked extends Question { readonly entry: Entry; answer?: Item[]; isRejected?: boolean }

/** Rows on their way through the transform: some calls at once, whose answers are taken in the rows' order, so that the last row of a key is written last. */
export class TransformWindow {
  public calls = 0;
  private batch: Asked[] = [];
  private batchBytes = 0;
  private readonly full: Asked[][] = [];
  private readonly asked: Asked[] = [];

  constructor(private readonly transform: RowTransform, private readonly run: WindowRun) {}

  public add(entry: Entry): void {
    const json = entry.row.json();
    const bytes = Buffer.byteLength(json);
    if (this.batch.length >= MOST_ROWS || this.batchBytes + bytes > MOST_BYTES) this.close();
    const asked: Asked = {
      json,
      entry,
      items: (items) => this.answered(() => { asked.answer = items; }),
      reject: (reason) => this.answered(() => { asked.isRejected = true; entry.reject(reason); }),
    };
    this.batch.push(asked);
    this.batchBytes += bytes;
    this.asked.push(asked);
  }

  /** Sends what there is. Less than a batch waits for more rows, unless there are none to wait for. */
  public flush(isEnd: boolean): void {
    if (isEnd) this.close();
    else this.send();
  }

  private close(): void {
    if (this.batch.length > 0) this.full.push(this.batch);
    this.batch = [];
    this.batchBytes = 0;
    this.send();
  }

  private send(): void {
    while (this.full.length > 0 && this.calls < CALLS && this.run.mayCall()) {
      this.calls++;
      void this.ask(this.full.shift()!);
    }
  }

  private async ask(batch: Asked[]): Promise<void> {
    let failure: unknown;
    try {
      await this.transform.ask(batch);
    } catch (error) {
      failure = error;
    }
    this.calls--;
    this.run.ended(failure);
  }

  private answered(note: () => void): void {
    note();
    while (this.asked[0]?.answer || this.asked[0]?.isRejected) {
      const { entry, answer } = this.asked.shift()!;
      if (answer) this.run.write(entry, () => answer);
    }
  }
}
