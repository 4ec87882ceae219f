import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Announcement } from './announcement';
import { Archive } from './archive';
import { cut } from './attributes';
import { announceCompletion } from './completion';
import { InvalidObject } from './invalid-object';
import { sendToDeadLetters } from './messages';
import { ObjectGone, ObjectSource, ObjectSuperseded } from './object-source';
import { ClaimLost, Failure, ObjectStatus, Progress, Settled } from './object-status';
import { OutputKeys } from './output-keys';
import { ObjectName, RowCheckpoint } from '../contract';

/** Thrown where a processor was never let in: no fault of the object. */
export class Throttled extends Error {}

/** What processes objects: gives its result, or `more` when its time is over. */
export type Processor = (work: ObjectWork) => Promise<{ readonly result?: string } | 'more'>;

/** What a processor gets of an object. */
export interface ObjectWork {
  readonly object: ObjectName;
  readonly source: ObjectSource;
  /** How far runs before came. */
  readonly rows?: RowCheckpoint;
  saveRows(rows: RowCheckpoint): Promise<void>;
  putRejects(part: number, text: string): Promise<void>;
  timeLeft(): number;
}

export interface ObjectRunProps {
  readonly s3: S3Client;
  readonly archive: Archive;
  readonly processor: Processor;
  readonly announcement: Announcement;
  readonly keys: OutputKeys;
  readonly status: ObjectStatus;
  readonly progress: Progress;
  /** This one and those before it that came no further. */
  readonly attempts: number;
  readonly maxAttempts: number;
  /** @default - none is known */
  readonly lastFailure?: Failure;
  /** When it was announced, in milliseconds since 1970. */
  readonly announcedAt: number;
  timeLeft(): number;
}

/** The queue keeps a message for 14 days. */
const LONGEST_LIFE = 13 * 86_400_000;
/** The largest objects take as long to be copied. */
const ARCHIVE_MARGIN = 120_000;
const FIRST_DELAY = 30;
const THROTTLED_DELAY = 60;
const LONGEST_DELAY = 900;
/** So that it fits into items and messages, whatever somebody throws. */
const LONGEST_NAME = 200;
const LONGEST_MESSAGE = 2000;
const KILLED: Failure = { error: 'Killed', message: 'the function of the pipeline ended without a word: it ran out of memory, or out of time' };
const NO_PROGRESS: Failure = { error: 'NoProgress', message: 'a whole run has not got any further: the table, or the transform, was throttled all the time' };
const TOO_LATE: Failure = { error: 'TooLate', message: 'it has not been processed for 13 days' };

/** One run with an object that is this run's: as far as its time reaches. */
export class ObjectRun {
  public progress: Progress;
  public settled?: Settled;
  private attempts: number;

  constructor(private readonly props: ObjectRunProps) {
    ({ progress: this.progress, attempts: this.attempts } = props);
  }

  /** Gives the seconds after which another run has to go on; nothing when it is settled. */
  public async run(): Promise<number | undefined> {
    const { attempts, maxAttempts, announcedAt, lastFailure = KILLED } = this.props;
    try {
      if (this.progress.failure) return await this.fail(this.progress.failure);
      if (attempts > maxAttempts) return await this.giveUp(lastFailure);
      if (Date.now() - announcedAt > LONGEST_LIFE) return await this.giveUp(TOO_LATE);
      return await this.goOn();
    } catch (error) {
      return this.afterError(error as Error);
    }
  }

  /** Each step is done again when a run ends before it was noted, with the same outcome. */
  private async goOn(): Promise<number | undefined> {
    const { status, archive, announcement: { object }, keys, timeLeft } = this.props;
    if (!this.progress.processed) {
      const processed = await this.process();
      if (processed === 'more') {
        await status.release(this.attempts > 0 ? NO_PROGRESS : undefined);
        return 0;
      }
      await this.save({ processed });
      if (timeLeft() < ARCHIVE_MARGIN) {
        await status.release();
        return 0;
      }
    }
    if (!this.progress.archivedKey && await archive.move(object, keys.archived)) await this.save({ archivedKey: keys.archived });
    const outcome = { archivedKey: this.progress.archivedKey, ...this.counts() };
    await announceCompletion({ ...named(object), ...outcome, result: parsed(this.progress.processed?.result) });
    return this.settle('PROCESSED', outcome);
  }

  private async process(): Promise<{ result?: string } | 'more'> {
    const { s3, processor, announcement: { object }, keys, timeLeft } = this.props;
    return processor({
      object,
      source: new ObjectSource(s3, object),
      rows: this.progress.rows,
      saveRows: async (rows) => this.save({ rows }),
      putRejects: async (part, text) => this.put(keys.rejected(part), text, 'application/jsonl'),
      timeLeft,
    });
  }

  private async afterError(error: Error): Promise<number | undefined> {
    if (error instanceof ClaimLost) return FIRST_DELAY;
    if (error instanceof Throttled) return this.postpone();
    if (error instanceof ObjectSuperseded) return this.settle('SUPERSEDED');
    if (error instanceof ObjectGone && !this.progress.rows) return this.settle('GONE');
    const failure = { error: cut(error.name, LONGEST_NAME), message: cut(error.message, LONGEST_MESSAGE) };
    console.warn({ message: 'failed', ...named(this.props.announcement.object), attempt: this.attempts, failure, stack: cut(`${error.stack}`, LONGEST_MESSAGE) });
    const isFinal = error instanceof InvalidObject || error instanceof ObjectGone || this.attempts >= this.props.maxAttempts;
    if (isFinal && !this.progress.failure) return this.giveUp(failure);
    await this.props.status.release(failure);
    return Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** (this.attempts - 1));
  }

  /** For what is no attempt. */
  private async postpone(): Promise<number> {
    await this.props.status.postpone();
    return THROTTLED_DELAY;
  }

  /** Notes first that it has failed, so that it is not processed once more. */
  private async giveUp(failure: Failure): Promise<number | undefined> {
    await this.save({ failure });
    try {
      return await this.fail(failure);
    } catch (error) {
      return this.afterError(error as Error);
    }
  }

  /** Keeps what has failed, with the reason. What cannot be moved stays where it is. */
  private async fail(failure: Failure): Promise<number | undefined> {
    const { archive, announcement: { object }, keys } = this.props;
    const mayMove = !this.progress.archivedKey && this.attempts < this.props.maxAttempts;
    const failedKey = mayMove && await archive.move(object, keys.failed) ? keys.failed : undefined;
    const outcome = { failedKey, archivedKey: this.progress.archivedKey, ...this.counts(), failure };
    if (failedKey) await this.put(keys.reason, JSON.stringify({ ...named(object), ...outcome }, undefined, 2), 'application/json');
    await sendToDeadLetters({ ...named(object), ...outcome });
    return this.settle('FAILED', outcome);
  }

  private async settle(status: Settled, outcome: Record<string, unknown> = {}): Promise<undefined> {
    await this.props.status.settle(status, outcome);
    this.settled = status;
    console.info({ message: status.toLowerCase(), ...named(this.props.announcement.object), ...outcome });
  }

  private async save(step: Partial<Progress>): Promise<void> {
    await this.props.status.save({ ...this.progress, ...step });
    this.progress = { ...this.progress, ...step };
    this.attempts = 0;
  }

  private counts(): object {
    if (!this.progress.rows) return {};
    const { read, written, rejected, rejectParts } = this.progress.rows;
    const files = rejectParts > 0 && { rejectedPrefix: this.props.keys.rejectedPrefix, rejectedFiles: rejectParts };
    return { rowsRead: read, rowsWritten: written, rowsRejected: rejected, ...files };
  }

  private async put(key: string, text: string, type: string): Promise<void> {
    const { s3, announcement: { object } } = this.props;
    await s3.send(new PutObjectCommand({ Bucket: object.bucket, Key: key, Body: text, ContentType: type }));
  }
}

/** As messages and logs name an object. */
function named({ bucket, key, versionId, etag, size }: ObjectName): ObjectName {
  return { bucket, key, versionId, etag, size };
}

function parsed(json?: string): unknown {
  return json === undefined ? undefined : JSON.parse(json);
}
