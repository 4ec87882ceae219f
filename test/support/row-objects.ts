import { Readable } from 'stream';
import { gzipSync } from 'zlib';
import { RowFunction, RowTable } from './row-sinks';
import { CsvSettings, JsonLinesSettings, RejectedRow, RowCheckpoint, RowSettings } from '../../src/patterns/object-pipeline/contract';
import { RowRun, runRows } from '../../src/patterns/object-pipeline/runtime/rows';

export const CSV: CsvSettings = { kind: 'csv', delimiter: ',', columnTypes: {}, gzip: false, maxRowBytes: 1024 * 1024 };
export const JSON_LINES: JsonLinesSettings = { kind: 'jsonLines', gzip: false, maxRowBytes: 1024 * 1024 };
const HOUR = 3_600_000;
const nothing: (what: 'rejects' | 'checkpoint') => void = () => undefined;

/** What became of an object. */
export interface Outcome {
  readonly done: boolean;
  readonly checkpoint: RowCheckpoint;
  readonly rejects: RejectedRow[];
}

/** An object, what is kept of it between runs, and the files of its rejects. */
export class RowObject {
  public checkpoint?: RowCheckpoint;
  public readonly saved: RowCheckpoint[] = [];
  public readonly parts = new Map<number, string>();
  public readonly opened: number[] = [];
  public readonly sources: Readable[] = [];
  /** Sizes of the chunks in which it is read, in turn. */
  public chunks = [64 * 1024];
  /** Called before each thing that is kept. */
  /** Milliseconds until it is open. */
  public opensAfter = 0;
  public beforeKeep = nothing;
  public afterKeep = nothing;
  /** Of the bytes that are asked for. */
  public source: (bytes: Buffer) => Readable;

  constructor(public readonly bytes: Buffer) {
    this.source = (asked) => Readable.from(chunked(asked, this.chunks), { objectMode: false });
  }

  /** One run; the time left is given to each who asks. */
  public async run(
    settings: Partial<RowSettings>, table: RowTable, transform?: ReturnType<RowFunction['sink']>, timeLeft = () => HOUR,
  ): Promise<Outcome> {
    const whole: RowSettings = { format: CSV, keys: table.keys, maxRejectedPercent: 100, ...settings };
    const run: RowRun = {
      object: { bucket: 'bucket', key: 'in/key', etag: 'etag', size: this.bytes.length },
      checkpoint: this.checkpoint,
      open: async (offset) => {
        this.opened.push(offset);
        if (this.opensAfter > 0) await new Promise((opened) => { setTimeout(opened, this.opensAfter); });
        const source = this.source(this.bytes.subarray(offset));
        this.sources.push(source);
        return source;
      },
      putRejects: async (part, text) => {
        this.beforeKeep('rejects');
        this.parts.set(part, text);
        this.afterKeep('rejects');
      },
      save: async (checkpoint) => {
        this.beforeKeep('checkpoint');
        this.saved.push(checkpoint);
        this.checkpoint = JSON.parse(JSON.stringify(checkpoint));
        this.afterKeep('checkpoint');
      },
      timeLeft,
    };
    const { done, checkpoint } = await runRows(whole, { table: 'table', db: table.client, transform }, run);
    return { done, checkpoint, rejects: this.rejects };
  }

  /** Those that count. */
  public get rejects(): RejectedRow[] {
    const texts = Array.from({ length: this.checkpoint?.rejectParts ?? 0 }, (_, n) => this.parts.get(n + 1)!);
    return texts.join('').split('\n').filter(Boolean).map((line) => JSON.parse(line));
  }
}

/** An object of this text, or of its gzip members. */
export function objectOf(text: string | Buffer, members = 0): RowObject {
  const bytes = Buffer.from(text as string);
  if (members === 0) return new RowObject(bytes);
  const size = Math.ceil(bytes.length / members);
  return new RowObject(Buffer.concat(Array.from({ length: members }, (_, n) => gzipSync(bytes.subarray(n * size, (n + 1) * size)))));
}

function* chunked(bytes: Buffer, sizes: number[]): Generator<Buffer> {
  for (let [at, n] = [0, 0]; at < bytes.length; n++) {
    const size = sizes[n % sizes.length];
    yield bytes.subarray(at, at + size);
    at += size;
  }
}
