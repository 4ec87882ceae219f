import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Item, keyOf } from './attributes';
import { Entry } from './ledger';
import { BackOff, patiently } from '../../../foundation/runtime/back-off';

/** DynamoDB takes no more items in a call. */
const BATCH = 25;
/** Calls at once: more of them only throttle. */
const CALLS = 8;
/** DynamoDB says that an item, or a call, is not as it has to be. */
const REFUSALS = ['ValidationException', 'SerializationException', 'ItemCollectionSizeLimitExceededException', 'RequestEntityTooLargeException'];
const TOO_LARGE = 413;

/** An item of a row. */
interface Put { readonly item: Item; readonly key: string; readonly entry: Entry; readonly index: number }

/** Who runs a writer. */
export interface WriterRun {
  mayWrite(): boolean;
  /** A call has ended, with an error or without. */
  ended(error?: unknown): void;
}

/**
 * Writes items, those of an equal key in their order: the next waits until the one before it is written or refused. So the last one stays, and each that
 * DynamoDB refuses is known, however the rows lie in batches.
 */
export class ItemWriter {
  public calls = 0;
  private readonly ready: Put[] = [];
  /** Of each key that is ready or on its way, the items that wait for it. */
  private readonly waiting = new Map<string, Put[]>();

  constructor(
    private readonly db: DynamoDBClient, private readonly table: string, private readonly keys: string[], private readonly run: WriterRun,
  ) {}

  /** Throws `Unfit` where an item has no key. */
  public write(items: Item[], entry: Entry): void {
    const puts = items.map((item, index) => ({ item, key: keyOf(item, this.keys), entry, index }));
    entry.expect(puts.length);
    for (const put of puts) {
      const waiting = this.waiting.get(put.key);
      if (waiting) {
        waiting.push(put);
      } else {
        this.waiting.set(put.key, []);
        this.ready.push(put);
      }
    }
    this.send(BATCH);
  }

  /** Sends what is ready. Less than a batch waits for more rows, unless there are none to wait for. */
  public flush(isEnd: boolean): void {
    this.send(isEnd ? 1 : BATCH);
  }

  private send(least: number): void {
    while (this.ready.length >= least && this.calls < CALLS && this.run.mayWrite()) {
      this.calls++;
      void this.sendBatch(this.ready.splice(0, BATCH));
    }
  }

  private async sendBatch(batch: Put[]): Promise<void> {
    let failure: unknown;
    try {
      await this.put(batch);
    } catch (error) {
      failure = error;
    }
    this.calls--;
    this.run.ended(failure);
  }

  /** What is left when there is no more time is not done. */
  private async put(batch: Put[]): Promise<void> {
    let left = batch;
    for (const backOff = new BackOff(); ; await backOff.pause()) {
      const asked = left;
      let answered: Set<string> | undefined;
      try {
        answered = await patiently(() => this.run.mayWrite(), async () => this.unprocessed(asked));
      } catch (error) {
        if (!isRefusal(error)) throw error;
        await this.refused(asked, (error as Error).message);
        return;
      }
      if (!answered) return;
      left = asked.filter(({ key }) => answered.has(key));
      for (const put of asked) {
        if (!answered.has(put.key)) this.done(put);
      }
      if (left.length === 0) return;
    }
  }

  private async unprocessed(batch: Put[]): Promise<Set<string>> {
    const { UnprocessedItems } = await this.db.send(new BatchWriteItemCommand({
      RequestItems: { [this.table]: batch.map(({ item }) => ({ PutRequest: { Item: item } })) },
    }));
    return new Set(Object.values(UnprocessedItems ?? {}).flat().map(({ PutRequest }) => keyOf(PutRequest!.Item!, this.keys)));
  }

  /** DynamoDB takes all of a call or nothing: which item it is that it does not take shows by halves. */
  private async refused(batch: Put[], message: string): Promise<void> {
    if (batch.length === 1) return this.done(batch[0], `was refused by DynamoDB: ${message}`);
    const middle = Math.ceil(batch.length / 2);
    await this.put(batch.slice(0, middle));
    await this.put(batch.slice(middle));
  }

  private done({ key, entry, index }: Put, refusal?: string): void {
    const next = this.waiting.get(key)!.shift();
    if (next) this.ready.push(next);
    else this.waiting.delete(key);
    if (refusal === undefined) entry.wrote();
    else entry.refuse(refusal, index);
  }
}

function isRefusal(error: unknown): boolean {
  const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
  return REFUSALS.includes(name) || $metadata?.httpStatusCode === TOO_LARGE;
}
