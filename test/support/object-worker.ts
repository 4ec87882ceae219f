import { createHash, randomUUID } from 'crypto';
import { AttributeValue, CreateTableCommand, DynamoDBClient, GetItemCommand, paginateScan, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateBucketCommand, DeleteObjectCommand, GetObjectCommand, paginateListObjectsV2, PutBucketVersioningCommand, PutObjectCommand,
  PutObjectCommandInput, S3Client,
} from '@aws-sdk/client-s3';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { Answered, FaultyServices, json } from './faulty-services';
import { Sandbox } from './sandbox';
import * as names from '../../src/patterns/object-pipeline/contract';
import { Engine } from '../../tools/local-aws/engine';

export const INPUT = 'in/';
export const OUTPUT = 'out/';

/** What EventBridge delivers for an object that was put. */
export interface ObjectEvent {
  readonly time: string;
  readonly detail: {
    readonly bucket: { readonly name: string };
    readonly object: Record<'key' | 'etag' | 'sequencer', string> & { readonly 'size': number; readonly 'version-id'?: string };
  };
}

type Answers = (payload: any) => Answered | Promise<Answered>;

/** The worker as it is shipped: on buckets and tables of the local engine, with queues and a user's function that are the test's. */
export class ObjectWorker {
  public readonly services: FaultyServices;
  public readonly s3: S3Client;
  public readonly db: DynamoDBClient;
  public bucket = 'plain';
  /** What the user's function was called with. */
  public readonly calls: any[] = [];
  private answers: Answers[] = [];
  private readonly sandboxes: Sandbox[] = [];
  private endpoint?: string;
  private last = 0;

  constructor(engine: Engine) {
    this.services = new FaultyServices(engine.endpoint);
    this.s3 = new S3Client({ ...engine.client, forcePathStyle: true });
    this.db = new DynamoDBClient(engine.client);
  }

  public async start(): Promise<void> {
    this.endpoint = await this.services.start();
    for (const Bucket of ['plain', 'versioned']) await this.s3.send(new CreateBucketCommand({ Bucket }));
    await this.s3.send(new PutBucketVersioningCommand({ Bucket: 'versioned', VersioningConfiguration: { Status: 'Enabled' } }));
    for (const [TableName, AttributeName] of [['status', 'objectKey'], ['items', 'sku']]) {
      await this.db.send(new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName, KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName, AttributeType: 'S' }],
      }));
    }
  }

  public reset(): void {
    this.services.reset();
    this.play();
    this.calls.length = 0;
    this.answer(() => json({ done: true }));
    this.bucket = 'plain';
  }

  /** What the user's function does, call by call; the last one again and again. */
  public answer(...answers: Answers[]): void {
    this.answers = answers;
  }

  /** Plays the queues and the user's function, and faults before them. */
  public play(fault: FaultyServices['between'] = async (_asked, ask) => ask()): void {
    this.services.between = async (asked, ask) => fault(asked, async () => {
      if (asked.action === 'SendMessage') {
        const { MessageBody } = JSON.parse(asked.body);
        return json({ MessageId: 'm', MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex') });
      }
      if (asked.action === 'ChangeMessageVisibility') return json({});
      if (asked.action === 'Invoke') return this.answers[Math.min(this.calls.push(JSON.parse(asked.body)), this.answers.length) - 1](this.calls.at(-1));
      return ask();
    });
  }

  public stop(): void {
    this.sandboxes.forEach((sandbox) => sandbox.stop());
    this.services.stop();
  }

  /** A process with the worker; without `rows`, of whole objects. */
  public process(env: Record<string, string | undefined> = {}, rows?: Partial<names.RowSettings>): Sandbox {
    const format: names.CsvSettings = { kind: 'csv', delimiter: ',', columnTypes: {}, gzip: false, maxRowBytes: 1024 };
    const given: Record<string, string | undefined> = {
      AWS_ENDPOINT_URL: this.endpoint!,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: '111122223333',
      AWS_SECRET_ACCESS_KEY: 'test',
      [names.INPUT_PREFIX]: INPUT,
      [names.OUTPUT_PREFIX]: OUTPUT,
      [names.QUEUE_URL]: this.queue('own'),
      [names.DEAD_LETTER_QUEUE_URL]: this.queue('dead'),
      [names.STATUS_TABLE]: 'status',
      [names.LEASE_SECONDS]: '930',
      [names.MAX_ATTEMPTS]: '3',
      [names.METRIC_NAMESPACE]: 'Namespace',
      [names.COMPLETION_KIND]: names.CompletionKind.QUEUE,
      [names.COMPLETION_ADDRESS]: this.queue('completions'),
      ...rows
        ? { [names.ROWS]: JSON.stringify({ format, keys: ['sku'], maxRejectedPercent: 10, ...rows }), [names.TABLE_NAME]: 'items' }
        : { [names.FUNCTION_ARN]: 'arn:aws:lambda:us-east-1:111122223333:function:User', [names.FUNCTION_SECONDS]: '20' },
      ...env,
    };
    const known = Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const sandbox = new Sandbox('object-pipeline/process-object', Object.fromEntries(known));
    this.sandboxes.push(sandbox);
    return sandbox;
  }

  /** Puts an object, and gives its event. */
  public async put(key: string, Body: string | Buffer, more: Partial<PutObjectCommandInput> = {}): Promise<ObjectEvent> {
    const { ETag, VersionId } = await this.s3.send(new PutObjectCommand({ Bucket: this.bucket, Key: `${INPUT}${key}`, Body, ...more }));
    const object = {
      'key': `${INPUT}${key}`,
      'etag': ETag!.replaceAll('"', ''),
      'size': Buffer.byteLength(Body),
      'sequencer': `S${String(++this.last).padStart(6, '0')}`,
      'version-id': VersionId,
    };
    return { time: '2026-11-21T12:00:00Z', detail: { bucket: { name: this.bucket }, object } };
  }

  /** One delivery of an event. Gives the seconds after which its message is to come back; 'done' when it is not. */
  public async deliver(sandbox: Sandbox, event: object | string, remaining = 900_000, sentAt = Date.now()): Promise<number | 'done'> {
    const body = typeof event === 'string' ? event : JSON.stringify(event);
    const receiptHandle = randomUUID();
    const record = { messageId: 'm', receiptHandle, body, attributes: { SentTimestamp: `${sentAt}` } };
    const { result, errorType, errorMessage } = await sandbox.invoke({ Records: [record] }, remaining);
    if (errorType) throw new Error(`${errorType}: ${errorMessage}`);
    const changes = this.services.of('ChangeMessageVisibility').map((change) => JSON.parse(change.body)).filter(({ ReceiptHandle }) => ReceiptHandle === receiptHandle);
    const [change] = changes;
    expect(result).toEqual({ batchItemFailures: change ? [{ itemIdentifier: 'm' }] : [] });
    if (!change) return 'done';
    expect(changes).toEqual([{ QueueUrl: this.queue('own'), ReceiptHandle: receiptHandle, VisibilityTimeout: expect.any(Number) }]);
    return change.VisibilityTimeout;
  }

  /** Delivers it until it is done with; gives the seconds between. */
  public async deliverAll(sandbox: Sandbox, event: object, remaining?: number): Promise<number[]> {
    const seconds: number[] = [];
    for (;;) {
      const after = await this.deliver(sandbox, event, remaining);
      if (after === 'done') return seconds;
      seconds.push(after);
      if (seconds.length > 50) throw new Error(`it never ends: ${seconds.join()}`);
    }
  }

  /** Changes the item of an object's status, as another run would. */
  public async change({ detail: { object: { key } } }: ObjectEvent, UpdateExpression: string, values: Record<string, AttributeValue>): Promise<void> {
    const ExpressionAttributeNames = UpdateExpression.includes('#status') ? { '#status': 'status' } : undefined;
    const Key = { objectKey: { S: key } };
    await this.db.send(new UpdateItemCommand({ TableName: 'status', Key, UpdateExpression, ExpressionAttributeNames, ExpressionAttributeValues: values }));
  }

  /** Another run has the object for so long. */
  public async hold(event: ObjectEvent, seconds: number): Promise<void> {
    await this.change(event, 'SET holder = :me, heldUntil = :until', { ':me': { S: 'another' }, ':until': { N: `${Date.now() + seconds * 1000}` } });
  }

  public async remove({ detail: { bucket, object } }: ObjectEvent): Promise<void> {
    await this.s3.send(new DeleteObjectCommand({ Bucket: bucket.name, Key: object.key }));
  }

  /** Ends the process of a worker at a request, before or after what it asks for is done. */
  public killAt(sandbox: Sandbox, action: string, when: 'before' | 'after', nth: number): void {
    let seen = 0;
    this.play(async (asked, ask) => {
      if (asked.action !== action || ++seen !== nth) return ask();
      if (when === 'after') await ask();
      sandbox.kill();
      return json({}, 500);
    });
  }

  public async status({ detail: { object: { key } } }: ObjectEvent): Promise<Record<string, any>> {
    const { Item } = await this.db.send(new GetItemCommand({ TableName: 'status', Key: { objectKey: { S: key } }, ConsistentRead: true }));
    return Item ? unmarshall(Item) : {};
  }

  public async read(Key: string): Promise<string> {
    return (await this.s3.send(new GetObjectCommand({ Bucket: this.bucket, Key }))).Body!.transformToString();
  }

  public async keys(Prefix: string): Promise<string[]> {
    const keys: string[] = [];
    for await (const { Contents = [] } of paginateListObjectsV2({ client: this.s3 }, { Bucket: this.bucket, Prefix })) {
      keys.push(...Contents.map(({ Key }) => Key!));
    }
    return keys;
  }

  public async items(): Promise<Array<Record<string, any>>> {
    const items: Array<Record<string, AttributeValue>> = [];
    for await (const { Items = [] } of paginateScan({ client: this.db }, { TableName: 'items' })) items.push(...Items);
    return items.map((item) => unmarshall(item));
  }

  public get deadLetters(): any[] {
    return this.sentTo('dead');
  }

  public get completions(): any[] {
    return this.sentTo('completions');
  }

  private sentTo(name: string): any[] {
    const sent = this.services.of('SendMessage').map(({ body }) => JSON.parse(body));
    return sent.filter(({ QueueUrl }) => QueueUrl === this.queue(name)).map(({ MessageBody }) => JSON.parse(MessageBody));
  }

  private queue(name: string): string {
    return `${this.endpoint}/111122223333/${name}`; // the client sends to where it says
  }
}

export const archivedKey = ({ detail: { object: { key, sequencer } } }: ObjectEvent) => `${OUTPUT}processed/2026-11-21/${sequencer}/${key.slice(INPUT.length)}`;
export const failedKey = (event: ObjectEvent) => archivedKey(event).replace('processed', 'failed');

/** An error of the user's function. */
export function functionError(errorType: string, errorMessage: string): Answered {
  return json({ errorType, errorMessage, trace: [] }, 200, { 'x-amz-function-error': 'Unhandled' });
}
