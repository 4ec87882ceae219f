import { AttributeValue, ConditionalCheckFailedException, DynamoDBClient, UpdateItemCommand, UpdateItemCommandOutput } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { Announcement } from './announcement';
import { RowCheckpoint } from '../contract';

/** What became of an object; while it is being worked on, `WORKING`. */
export type Settled = 'PROCESSED' | 'FAILED' | 'GONE' | 'SUPERSEDED';

/** How far the work on an object is. */
export interface Progress {
  readonly rows?: RowCheckpoint;
  /** There when it was processed. */
  readonly processed?: { readonly result?: string };
  /** Where it was archived. */
  readonly archivedKey?: string;
  /** There when it has failed, until that was dealt with. */
  readonly failure?: Failure;
}

export interface Failure {
  readonly error: string;
  readonly message: string;
}

/** Whose turn it is. */
export type Turn =
  | { readonly is: 'mine'; readonly attempts: number; readonly progress: Progress; readonly lastFailure?: Failure }
  | { readonly is: 'later'; readonly seconds: number }
  | { readonly is: 'over'; readonly status: string };

/** Thrown where a run has not got the object any more. */
export class ClaimLost extends Error {}

const WORKING = 'WORKING';
const KEPT_SECONDS = 90 * 86_400;
const LONGEST_WAIT = 300;
/** For a newer version, which waits for an older one. */
const WAIT = 30;

/**
 * The item of an object in the table of statuses. DynamoDB decides between two runs that come at once, between a newer version of the object and an older one, and
 * whether an event was delivered before.
 */
export class ObjectStatus {
  constructor(
    private readonly db: DynamoDBClient,
    private readonly table: string,
    private readonly leaseMillis: number,
    private readonly announcement: Announcement,
    private readonly holder: string,
  ) {}

  /** Takes the object for a run, if it is its turn. */
  public async claim(): Promise<Turn> {
    const known = await this.begin();
    if (!known) return { is: 'mine', attempts: 1, progress: {} };
    const { sequencer } = this.announcement;
    if (known.sequencer > sequencer) return { is: 'over', status: 'SUPERSEDED' };
    if (known.sequencer < sequencer) return { is: 'later', seconds: WAIT };
    if (known.status !== WORKING) return { is: 'over', status: known.status };
    const claimed = await this.goOn();
    if (claimed) return { is: 'mine', attempts: claimed.attempts, progress: claimed.progress ?? {}, lastFailure: claimed.lastFailure };
    return { is: 'later', seconds: Math.min(LONGEST_WAIT, Math.max(WAIT, Math.ceil((known.heldUntil - Date.now()) / 1000))) };
  }

  /** Notes how far it is: attempts count from there. */
  public async save(progress: Progress): Promise<void> {
    await this.change('SET progress = :progress, attempts = :none REMOVE lastFailure', { ':progress': progress, ':none': 0 });
  }

  /** Leaves it to another run. */
  public async release(lastFailure?: Failure): Promise<void> {
    await this.change(`SET heldUntil = :none${lastFailure ? ', lastFailure = :failure' : ''}`, { ':none': 0, ...lastFailure && { ':failure': lastFailure } });
  }

  /** Leaves it to another run, as if there had been none. */
  public async postpone(): Promise<void> {
    await this.change('SET heldUntil = :none, attempts = attempts - :one', { ':none': 0, ':one': 1 });
  }

  /** Notes what became of it. */
  public async settle(status: Settled, outcome: Record<string, unknown>): Promise<void> {
    await this.change('SET #status = :settled, settledAt = :at, expires = :expires, outcome = :outcome REMOVE heldUntil, holder, progress, lastFailure', {
      ':settled': status,
      ':at': new Date().toISOString(),
      ':expires': Math.floor(Date.now() / 1000) + KEPT_SECONDS,
      ':outcome': outcome,
    }, { '#status': 'status' });
  }

  /** Begins with a version that is newer than what was settled, or left; or gives what is known. */
  private async begin(): Promise<Known | undefined> {
    const { object, sequencer } = this.announcement;
    try {
      await this.update(
        'SET sequencer = :sequencer, etag = :etag, holder = :me, heldUntil = :until, attempts = :one, #status = :working'
        + ' REMOVE progress, lastFailure, expires, settledAt, outcome',
        'attribute_not_exists(objectKey) OR (sequencer < :sequencer AND (#status <> :working OR heldUntil < :now))',
        { ':sequencer': sequencer, ':etag': object.etag, ...this.lease(), ':one': 1 },
        { '#status': 'status' },
      );
      return undefined;
    } catch (error) {
      return itemOf(error);
    }
  }

  /** Goes on with a version that no run has; nothing where one has it. */
  private async goOn(): Promise<Known | undefined> {
    try {
      const { Attributes } = await this.update(
        'SET holder = :me, heldUntil = :until, attempts = attempts + :one',
        'sequencer = :sequencer AND #status = :working AND (heldUntil < :now OR holder = :me)', // its own, where an answer was lost
        { ':sequencer': this.announcement.sequencer, ...this.lease(), ':one': 1 },
        { '#status': 'status' },
      );
      return unmarshall(Attributes!) as Known;
    } catch (error) {
      itemOf(error);
      return undefined;
    }
  }

  private lease(): Record<string, unknown> {
    const now = Date.now();
    return { ':me': this.holder, ':until': now + this.leaseMillis, ':now': now, ':working': WORKING };
  }

  /** Changes what this run has. */
  private async change(expression: string, values: Record<string, unknown>, names?: Record<string, string>): Promise<void> {
    try {
      await this.update(expression, 'holder = :me AND sequencer = :sequencer', { ...values, ':me': this.holder, ':sequencer': this.announcement.sequencer }, names);
    } catch (error) {
      itemOf(error);
      throw new ClaimLost(`another run has ${this.announcement.object.key}`);
    }
  }

  private async update(
    expression: string, condition: string, values: Record<string, unknown>, names?: Record<string, string>,
  ): Promise<UpdateItemCommandOutput> {
    return this.db.send(new UpdateItemCommand({
      TableName: this.table,
      Key: { objectKey: { S: this.announcement.object.key } },
      UpdateExpression: expression,
      ConditionExpression: condition,
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: marshall(values, { removeUndefinedValues: true }) as Record<string, AttributeValue>,
      ReturnValues: 'ALL_NEW',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    }));
  }
}

interface Known {
  readonly sequencer: string;
  readonly status: string;
  readonly attempts: number;
  readonly heldUntil: number;
  readonly progress?: Progress;
  readonly lastFailure?: Failure;
}

/** What the item holds where a condition was not met; other errors go on. */
function itemOf(error: unknown): Known {
  if (!(error instanceof ConditionalCheckFailedException)) throw error;
  return (error.Item ? unmarshall(error.Item) : {}) as Known;
}
