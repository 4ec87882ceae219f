const LINE_FEED = 10;

/** Bytes that were handed to a parser and that are of no row yet. */
export class RawBytes {
  private readonly chunks: Buffer[] = [];

  public add(chunk: Buffer): void {
    this.chunks.push(chunk);
  }

  /** The next bytes, which have to be there. */
  public take(length: number): Buffer {
    const [first] = this.chunks;
    if (length < first.length) {
      this.chunks[0] = first.subarray(length);
      return first.subarray(0, length);
    }
    const taken: Buffer[] = [];
    for (let left = length; left > 0;) {
      const part = this.chunks[0].subarray(0, left);
      left -= part.length;
      taken.push(part);
      if (part.length === this.chunks[0].length) this.chunks.shift();
      else this.chunks[0] = this.chunks[0].subarray(part.length);
    }
    return Buffer.concat(taken);
  }
}

export function lineFeeds(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) count++;
  return count;
}
