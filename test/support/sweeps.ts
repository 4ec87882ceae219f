import { AttributeValue, BatchWriteItemCommand, CreateTableCommand, DeleteTableCommand, DynamoDBClient, KeyType, paginateScan } from '@aws-sdk/client-dynamodb';
import { FaultyDatabase } from './faulty-database';
import { Outcome, Sandbox } from './sandbox';
import * as names from '../../src/patterns/scheduled-cleanup/contract';
import { Engine } from '../../tools/local-aws/engine';

export type Item = Record<string, AttributeValue>;

export const DAY = 86_400_000;
export const SCHEDULED = Date.parse('2026-11-10T03:00:00Z');
/** Older ones are old. */
export const LIMIT = SCHEDULED - 30 * DAY;
export const MACHINE = 'arn:aws:states:us-east-1:111122223333:stateMachine:cleanup';

export interface SweepSettings {
  readonly keys?: string[];
  readonly timestamp?: string;
  readonly format?: names.TimestampFormat;
  readonly segments?: number;
  readonly dryRun?: boolean;
  /** Further environment. */
  readonly env?: Record<string, string>;
}

/** Tables on the local engine, swept by the handler as it is shipped, with what stands between them. */
export class Sweeps {
  public readonly database: FaultyDatabase;
  public readonly client: DynamoDBClient;
  private endpoint?: string;
  private tables = 0;
  private readonly sandboxes: Sandbox[] = [];

  constructor(engine: Engine) {
    this.client = new DynamoDBClient(engine.client);
    this.database = new FaultyDatabase(engine.endpoint);
  }

  public async start(): Promise<void> {
    this.endpoint = await this.database.start();
  }

  public stop(): void {
    this.sandboxes.forEach((sandbox) => sandbox.stop());
    this.database.stop();
  }

  /** A new table with items. */
  public async table(items: Item[], types: Record<string, 'S' | 'N' | 'B'> = { pk: 'S', sk: 'S' }): Promise<string> {
    const TableName = `table-${++this.tables}`;
    const keys = Object.entries(types);
    await this.client.send(new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: keys.map(([AttributeName], n) => ({ AttributeName, KeyType: n === 0 ? KeyType.HASH : KeyType.RANGE })),
      AttributeDefinitions: keys.map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
    }));
    for (let n = 0; n < items.length; n += 25) {
      const requests = items.slice(n, n + 25).map((Item) => ({ PutRequest: { Item } }));
      await this.client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }));
    }
    return TableName;
  }

  public async drop(TableName: string): Promise<void> {
    await this.client.send(new DeleteTableCommand({ TableName }));
  }

  public async items(TableName: string): Promise<Item[]> {
    const found: Item[] = [];
    for await (const { Items = [] } of paginateScan({ client: this.client }, { TableName, ConsistentRead: true })) found.push(...Items);
    return found;
  }

  /** A process with the handler, as the function has it. */
  public handler(TableName: string, settings: SweepSettings = {}): Sandbox {
    const { keys = ['pk', 'sk'], timestamp = 'at', format = names.TimestampFormat.ISO_8601, segments = 1, dryRun = false, env } = settings;
    const sandbox = new Sandbox('scheduled-cleanup/sweep-items', {
      AWS_ENDPOINT_URL: this.endpoint!,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: '111122223333',
      AWS_SECRET_ACCESS_KEY: 'test',
      [names.TABLE_NAME]: TableName,
      [names.KEY_NAMES]: JSON.stringify(keys),
      [names.TIMESTAMP]: timestamp,
      [names.TIMESTAMP_FORMAT]: format,
      [names.OLDER_THAN_SECONDS]: `${30 * DAY / 1000}`,
      [names.SEGMENTS]: `${segments}`,
      ...dryRun && { [names.DRY_RUN]: 'true' },
      [names.METRIC_NAMESPACE]: 'Namespace',
      [names.METRIC_DIMENSION]: 'Dimension',
      ...env,
    });
    this.sandboxes.push(sandbox);
    return sandbox;
  }
}

export function sweepEvent(progress: Partial<names.SweepProgress> = {}, allowance?: number): names.SweepEvent {
  return { scheduledTime: new Date(SCHEDULED).toISOString(), stateMachine: MACHINE, progress, ...allowance !== undefined && { allowance } };
}

/** Calls the handler until it has no more to do, as the machine does without a limit; gives how often it was called and what it counted. */
export async function sweepAll(sandbox: Sandbox, remaining?: number): Promise<{ calls: number; counts: names.SweepCounts }> {
  for (let [calls, progress] = [1, {} as Partial<names.SweepProgress>]; ; calls++) {
    const answer: names.SweepAnswer = done(await sandbox.invoke(sweepEvent(progress), remaining));
    if (!answer.more) return { calls, counts: answer.progress.counts };
    progress = JSON.parse(JSON.stringify(answer.progress));
  }
}

export function done({ result, errorType, errorMessage }: Outcome): any {
  if (errorType) throw new Error(`${errorType}: ${errorMessage}`);
  return result;
}
