import { AttributeValue, BatchExecuteStatementCommand, DynamoDBClient, ScanCommand, ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import type { Context } from 'aws-lambda';
import {
  DELETED_ITEMS, DRY_RUN, KEY_NAMES, METRIC_DIMENSION, METRIC_NAMESPACE, OLDER_THAN_SECONDS, PackedKey, SCANNED_ITEMS, SEGMENTS, SweepAnswer,
  SweepCounts, SweepEvent, SweepSegment, TABLE_NAME, TIMESTAMP, TIMESTAMP_FORMAT, TimestampFormat, TOO_MANY_DELETES,
} from './contract';
import { BackOff, passes, patiently } from '../../foundation/runtime/back-off';
import { count } from '../../foundation/runtime/embedded-metrics';
import { epochInstant, isoInstant } from '../../foundation/runtime/instant';

type Item = Record<string, AttributeValue>;
interface Judged { readonly item: Item; readonly verdict: 'old' | 'young' | 'unproven' }

const tableName = process.env[TABLE_NAME]!;
const keyNames: string[] = JSON.parse(process.env[KEY_NAMES]!);
const timestamp = process.env[TIMESTAMP]!;
const format = process.env[TIMESTAMP_FORMAT] as TimestampFormat;
const maxAge = Number(process.env[OLDER_THAN_SECONDS]) * 1000;
const segments = Number(process.env[SEGMENTS]);
const isDryRun = process.env[DRY_RUN] !== undefined;

const names = [...new Set([...keyNames, timestamp])];
const statement = `DELETE FROM "${tableName}" WHERE ${names.map((name) => `"${name}" = ?`).join(' AND ')}`;
const db = new DynamoDBClient({});

const PAGE = 1000;
/** DynamoDB takes no more statements in a call. */
const BATCH = 25;
/** What is left for the answer. */
const MARGIN_MILLIS = 30_000;

export async function handler(event: SweepEvent, context: Context): Promise<SweepAnswer> {
  const sweep = new Sweep(event, context);
  const before = { ...sweep.counts };
  try {
    return await sweep.run();
  } finally {
    const { scanned, deleted } = sweep.counts;
    const counted = { [SCANNED_ITEMS]: scanned - before.scanned, [DELETED_ITEMS]: deleted - before.deleted };
    count(process.env[METRIC_NAMESPACE]!, process.env[METRIC_DIMENSION]!, event.stateMachine, counted);
    console.info({ message: isDryRun ? 'counted' : 'swept', scheduledTime: event.scheduledTime, ...sweep.counts });
  }
}

/** One call: as far as its time and its allowance reach. */
class Sweep {
  public readonly counts: SweepCounts;
  private readonly segments: SweepSegment[];
  private readonly limit: number;
  private used = 0;
  private isStopped = false;

  constructor(private readonly event: SweepEvent, private readonly context: Context) {
    this.counts = { ...event.progress.counts ?? { scanned: 0, old: 0, deleted: 0, kept: 0, unproven: 0 } };
    this.segments = event.progress.segments?.map((segment) => ({ ...segment })) ?? Array.from({ length: segments }, () => ({ done: false }));
    const scheduled = Date.parse(event.scheduledTime); // not the clock: a run that is late judges as one in time
    if (Number.isNaN(scheduled)) throw new Error(`'scheduledTime' must be a time, got ${event.scheduledTime}`);
    this.limit = scheduled - maxAge;
  }

  public async run(): Promise<SweepAnswer> {
    const ends = await Promise.allSettled(this.segments.map(async (segment, index) => this.sweepSegment(segment, index)));
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed) throw failed.reason; // once nothing is on its way any more: Lambda would freeze it
    return { more: this.segments.some(({ done }) => !done), used: this.used, progress: { segments: this.segments, counts: this.counts } };
  }

  private async sweepSegment(segment: SweepSegment, index: number): Promise<void> {
    try {
      while (!segment.done) {
        const page = await patiently(this.mayGoOn, async () => this.scan(segment, index));
        if (!page) return;
        const items = (page.Items ?? []).map((item) => this.judged(item));
        while (items.length > 0) {
          if (!this.mayGoOn() || !await this.settle(this.take(items), segment)) return;
        }
        // the page's end and not its count: a page may be empty, and more may follow
        segment.key = page.LastEvaluatedKey && packed(page.LastEvaluatedKey);
        segment.done = !page.LastEvaluatedKey;
      }
    } catch (error) {
      this.isStopped = true;
      throw error;
    }
  }

  private readonly mayGoOn = (): boolean => !this.isStopped && this.context.getRemainingTimeInMillis() > MARGIN_MILLIS;

  private async scan({ key }: SweepSegment, index: number): Promise<ScanCommandOutput> {
    return db.send(new ScanCommand({
      TableName: tableName,
      Limit: PAGE,
      ProjectionExpression: names.map((_, n) => `#${n}`).join(),
      ExpressionAttributeNames: Object.fromEntries(names.map((name, n) => [`#${n}`, name])),
      ExclusiveStartKey: key && unpacked(key),
      ...this.segments.length > 1 && { Segment: index, TotalSegments: this.segments.length }, // as the run began
    }));
  }

  /** The next items, of which so many are old as one call deletes and as is allowed. */
  private take(items: Judged[]): Judged[] {
    const { allowance = Infinity } = this.event;
    const most = isDryRun ? Infinity : Math.min(BATCH, allowance - this.used);
    let old = 0;
    const end = items.findIndex(({ verdict }) => verdict === 'old' && ++old > most);
    if (end >= 0 && most < BATCH) {
      if (allowance === 0) throw Object.assign(new Error(`${this.counts.deleted} items were deleted, and there are more`), { name: TOO_MANY_DELETES });
      this.isStopped = true;
    }
    const taken = items.splice(0, end < 0 ? items.length : end);
    if (!isDryRun) this.used += Math.min(old, most);
    return taken;
  }

  /** Deletes what is old of these items; false when it had no time for all. */
  private async settle(items: Judged[], segment: SweepSegment): Promise<boolean> {
    const old = items.filter(({ verdict }) => verdict === 'old');
    const { deleted, kept, left } = isDryRun ? { deleted: 0, kept: 0, left: 0 } : await this.delete(old.map(({ item }) => item));
    this.counts.deleted += deleted;
    if (left > 0) { // they come again, but for those that are gone
      this.counts.scanned += deleted;
      this.counts.old += deleted;
      return false;
    }
    this.counts.scanned += items.length;
    this.counts.old += old.length;
    this.counts.kept += kept;
    this.counts.unproven += items.filter(({ verdict }) => verdict === 'unproven').length;
    const last = items.at(-1)?.item;
    if (last) segment.key = packed(Object.fromEntries(keyNames.map((name) => [name, last[name]])));
    return true;
  }

  /** Each only if it still has the very value that was judged: one that was refreshed meanwhile stays. */
  private async delete(items: Item[]): Promise<{ deleted: number; kept: number; left: number }> {
    let [left, deleted, kept] = [items, 0, 0];
    const backOff = new BackOff();
    while (left.length > 0) {
      const batch = left;
      const answer = await patiently(this.hasTime, async () => db.send(new BatchExecuteStatementCommand({
        Statements: batch.map((item) => ({ Statement: statement, Parameters: names.map((name) => item[name]) })),
      })));
      if (!answer) break;
      left = batch.filter((_, n) => { // errors come in an answer that succeeded
        const { Error: error } = answer.Responses![n];
        if (!error) deleted++;
        else if (error.Code === 'ConditionalCheckFailed') kept++;
        else if (passes(error.Code)) return true;
        else throw Object.assign(new Error(error.Message), { name: error.Code });
        return false;
      });
      if (left.length > 0) await backOff.pause();
    }
    return { deleted, kept, left: left.length };
  }

  /** Also when another segment has stopped: what was begun is done. */
  private readonly hasTime = (): boolean => this.context.getRemainingTimeInMillis() > MARGIN_MILLIS;

  private judged(item: Item): Judged {
    const instant = instantOf(item);
    return { item, verdict: instant === undefined ? 'unproven' : instant < this.limit ? 'old' : 'young' };
  }
}

/** When an item was, if that is proven. */
function instantOf({ [timestamp]: value }: Item): number | undefined {
  switch (format) {
    case TimestampFormat.ISO_8601: return value?.S === undefined ? undefined : isoInstant(value.S);
    case TimestampFormat.EPOCH_SECONDS: return value?.N === undefined ? undefined : epochInstant(value.N, 1000);
    case TimestampFormat.EPOCH_MILLISECONDS: return value?.N === undefined ? undefined : epochInstant(value.N, 1);
  }
}

/** A key as JSON. */
function packed(key: Item): PackedKey {
  return Object.fromEntries(Object.entries(key).map(([name, { S, N, B }]) => [name, { S, N, B: B && Buffer.from(B).toString('base64') }]));
}

function unpacked(key: PackedKey): Item {
  return Object.fromEntries(Object.entries(key).map(([name, { B, ...other }]) => [name, (B === undefined ? other : { B: Buffer.from(B, 'base64') }) as AttributeValue]));
}
