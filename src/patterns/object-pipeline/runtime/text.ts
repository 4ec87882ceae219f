import { pipeline, Readable } from 'stream';
import { createGunzip } from 'zlib';
import { InvalidObject } from './invalid-object';
import { ObjectName } from '../contract';

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const UTF_16 = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])];

/** Where the bytes of an object come from. */
export interface TextSource {
  readonly object: ObjectName;
  open(offset: number): Promise<Readable>;
}

/** The text of an object, inflated, without its byte order mark. */
export class Text {
  private source?: Readable;
  private isClosed = false;

  /** @param offset of the first byte that is wanted; where the object begins with a mark, that becomes the byte behind it */
  constructor(private readonly from: TextSource, private readonly isGzip: boolean, public offset: number) {}

  /** Whoever waits for a chunk gets an error. */
  public close(): void {
    this.isClosed = true;
    this.source?.destroy();
  }

  public async *chunks(): AsyncGenerator<Buffer> {
    let head = this.offset === 0 ? Buffer.alloc(0) : undefined;
    for await (const chunk of this.isGzip ? this.inflated() : this.stored(this.offset)) {
      if (!head) {
        yield chunk;
      } else {
        head = Buffer.concat([head, chunk]);
        if (head.length < BYTE_ORDER_MARK.length) continue;
        yield this.withoutMark(head);
        head = undefined;
      }
    }
    if (head) yield this.withoutMark(head);
  }

  private withoutMark(head: Buffer): Buffer {
    if (UTF_16.some((mark) => head.subarray(0, mark.length).equals(mark))) throw new InvalidObject('it is UTF-16, and has to be UTF-8');
    if (!head.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)) return head;
    this.offset = BYTE_ORDER_MARK.length;
    return head.subarray(BYTE_ORDER_MARK.length);
  }

  /** A later run inflates from the start, too, and leaves out what was done. */
  private async *inflated(): AsyncGenerator<Buffer> {
    const gunzip = createGunzip();
    // an error of either ends the loop below
    pipeline(this.stored(0), gunzip, () => undefined);
    let at = 0;
    try {
      for await (const chunk of gunzip) {
        const skipped = Math.min(chunk.length, Math.max(0, this.offset - at));
        at += chunk.length;
        if (skipped < chunk.length) yield chunk.subarray(skipped);
      }
    } catch (error) {
      const { code = '', message } = error as NodeJS.ErrnoException;
      throw code.startsWith('Z_') ? new InvalidObject(`it is no whole gzip file: ${message}`) : error;
    } finally {
      gunzip.destroy();
    }
  }

  private async *stored(from: number): AsyncGenerator<Buffer> {
    const { size } = this.from.object;
    if (from >= size) return; // S3 gives no range behind the end
    this.source = await this.from.open(from);
    if (this.isClosed) this.source.destroy();
    let at = from;
    for await (const chunk of this.source) {
      at += chunk.length;
      yield chunk;
    }
    // half a row must not be taken for one
    if (at !== size) throw new Error(`read ${at} of ${size} bytes`);
  }
}
