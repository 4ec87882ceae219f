import { createHash } from 'crypto';
import { Announcement } from './announcement';
import { FAILED, PROCESSED, REJECTED } from '../contract';

const LONGEST_KEY = 1024;
const LONGEST_ENDING = 32;

/**
 * Where all goes that comes of one event: `<output prefix>processed/<day>/<sequencer>/<rest of the key>`. No two events have the same, so nothing replaces what came of
 * another, and what is done twice ends in the same place.
 */
export class OutputKeys {
  public readonly archived: string;
  public readonly failed: string;
  /** Why it has failed. */
  public readonly reason: string;
  /** What the keys of its files of rejected rows begin with. */
  public readonly rejectedPrefix: string;

  constructor(inputPrefix: string, private readonly outputPrefix: string, private readonly announcement: Announcement) {
    const rest = announcement.object.key.slice(inputPrefix.length);
    this.archived = this.below(PROCESSED, rest);
    this.failed = this.below(FAILED, rest);
    this.reason = `${this.failed}.reason.json`;
    this.rejectedPrefix = `${this.below(REJECTED, rest)}/`;
  }

  /** The key of one of its files of rejected rows. */
  public rejected(part: number): string {
    return `${this.rejectedPrefix}${part}.jsonl`;
  }

  private below(folder: string, rest: string): string {
    const { day, sequencer } = this.announcement;
    const above = `${this.outputPrefix}${folder}${day}/${sequencer}/`;
    const fits = Buffer.byteLength(above) + Buffer.byteLength(rest) + LONGEST_ENDING <= LONGEST_KEY;
    return above + (fits ? rest : createHash('sha256').update(rest).digest('hex'));
  }
}
