import { Readable } from 'stream';
import { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';

export type Item = Record<string, AttributeValue>;
export interface Answered { readonly status: number; readonly body: unknown; readonly headers?: Record<string, string> }

const CLIENT = { region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' }, maxAttempts: 1 };
const MOST_BYTES = 400 * 1024;
const nothing = () => undefined;
const atOnce = async (): Promise<void> => undefined;

/** A client of the SDK whose requests end here: all of it but the wire. */
function handler(answer: (body: any) => Promise<Answered>) {
  return {
    handle: async ({ body }: { body: Uint8Array }) => {
      const data = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
      const { status: statusCode, body: answered, headers = {} } = await answer(JSON.parse(data.toString()));
      const bytes = Buffer.from(typeof answered === 'string' ? answered : JSON.stringify(answered));
      return { response: { statusCode, headers, body: Readable.from([bytes]) } };
    },
  };
}

/** What DynamoDB says of a bad call. */
export function fault(name: string, message = 'as planned', status = 400): Answered {
  return { status, body: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message } };
}

/** A table that takes batches as DynamoDB does, all of a call or nothing, and as late as it is told. */
export class RowTable {
  public readonly items = new Map<string, Item>();
  /** Each call's items. */
  public readonly calls: Item[][] = [];
  public readonly client: DynamoDBClient;
  public underWay = 0;
  public mostUnderWay = 0;
  /** Waits before a call is answered. */
  public delay = atOnce;
  /** Answers in the place of the table, or names those of the call that are not processed. */
  public before: (batch: Item[]) => Answered | number[] | undefined = nothing;
  /** Answers in the place of the table, which has done it. */
  public after: () => Answered | undefined = nothing;
  /** What an item is refused for, beside what DynamoDB refuses. */
  public refusal: (item: Item) => string | undefined = nothing;

  constructor(public readonly keys: string[] = ['id'], private readonly types: string[] = ['S']) {
    this.client = new DynamoDBClient({ ...CLIENT, requestHandler: handler(async (body) => this.answer(body.RequestItems.table)) });
  }

  /** Of an item that is written alone. */
  public refusalOf(item: Item): string | undefined {
    for (const [n, name] of this.keys.entries()) {
      if (!item[name]) return `One of the required keys was not given a value: ${name}`;
      const [[type, value]] = Object.entries(item[name]);
      if (type !== this.types[n]) return `Type mismatch for key ${name} expected: ${this.types[n]} actual: ${type}`;
      if (value === '') return `The AttributeValue for a key attribute cannot contain an empty string value. Key: ${name}`;
    }
    if (Buffer.byteLength(JSON.stringify(item)) > MOST_BYTES) return 'Item size has exceeded the maximum allowed size';
    return this.refusal(item);
  }

  public keyOf(item: Item): string {
    return JSON.stringify(this.keys.map((name) => item[name].N === undefined ? item[name] : Number(item[name].N)));
  }

  /** As data, in the order of their keys. */
  public sorted(): Item[] {
    return [...this.items].sort(([a], [b]) => a < b ? -1 : 1).map(([, item]) => item);
  }

  private async answer(requests: Array<{ PutRequest: { Item: Item } }>): Promise<Answered> {
    const batch = requests.map(({ PutRequest }) => PutRequest.Item);
    this.calls.push(batch);
    this.mostUnderWay = Math.max(this.mostUnderWay, ++this.underWay);
    try {
      await this.delay();
      return this.taken(batch);
    } finally {
      this.underWay--;
    }
  }

  private taken(batch: Item[]): Answered {
    const told = this.before(batch) ?? [];
    if (!Array.isArray(told)) return told;
    if (batch.length === 0 || batch.length > 25) return fault('ValidationException', 'Too many items requested for the BatchWriteItem call');
    const refused = batch.map((item) => this.refusalOf(item)).find((reason) => reason !== undefined);
    if (refused !== undefined) return fault('ValidationException', refused);
    const keys = batch.map((item) => this.keyOf(item));
    if (new Set(keys).size < keys.length) return fault('ValidationException', 'Provided list of item keys contains duplicates');
    const left = new Set(told.filter((n) => n < batch.length));
    batch.forEach((item, n) => left.has(n) || this.items.set(keys[n], item));
    const UnprocessedItems = left.size > 0 ? { table: [...left].map((n) => ({ PutRequest: { Item: batch[n] } })) } : {};
    return this.after() ?? { status: 200, body: { UnprocessedItems } };
  }
}

export interface Transformed { readonly payload?: unknown; readonly functionError?: unknown; readonly fault?: { name: string; status: number } }
interface Called { readonly object: unknown; readonly rows: Array<{ n: number; row: any }> }

/** A function as Lambda answers for it. */
export class RowFunction {
  public readonly calls: Called[] = [];
  public readonly client: LambdaClient;
  public underWay = 0;
  public mostUnderWay = 0;
  public delay = atOnce;

  constructor(private readonly answer: (event: Called) => Transformed) {
    this.client = new LambdaClient({
      ...CLIENT,
      requestHandler: handler(async (event) => {
        this.calls.push(event);
        this.mostUnderWay = Math.max(this.mostUnderWay, ++this.underWay);
        await this.delay();
        this.underWay--;
        const { payload, functionError, fault: error } = this.answer(event);
        const headers: Record<string, string> = {};
        if (error) headers['x-amzn-errortype'] = error.name;
        if (functionError !== undefined) headers['x-amz-function-error'] = 'Unhandled';
        return { status: error?.status ?? 200, body: error ? { Message: 'as planned' } : functionError ?? payload ?? null, headers };
      }),
    });
  }

  public sink(seconds = 0) {
    return { functionArn: 'arn:aws:lambda:us-east-1:111122223333:function:transform', lambda: this.client, seconds };
  }
}
