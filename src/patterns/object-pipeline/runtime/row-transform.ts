import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { Item, itemOfObject, Unfit } from './attributes';
import { isJsonObject, parseJson } from './numbers';
import { patiently } from '../../../foundation/runtime/back-off';
import { ObjectName } from '../contract';

/** The user's function that makes items of rows. */
export interface TransformSink {
  readonly functionArn: string;
  /** Longest time that it takes. */
  readonly seconds: number;
  /** Without attempts of its own, and with a patience above the function's time. */
  readonly lambda: LambdaClient;
}

/** A row as the transform gets it, and what is to be done with its answer. */
export interface Question {
  readonly json: string;
  items(items: Item[]): void;
  reject(reason: string): void;
}

type Judgement = Item[] | { readonly reason: string };
/** What the whole call has failed with; `again` where the same call may succeed. */
interface Failure { readonly why: string; readonly again: boolean }

/** Lambda's limits, and the runtime's for a broken answer: the same call fails again. */
const FINAL_ERRORS = ['Function.ResponseSizeTooLarge', 'RequestTooLargeException', 'RequestEntityTooLargeException'];
/** What a message of Lambda has of this very call. */
const CALL_ID = /^(RequestId: \S+ (Error: )?|\d{4}-\S+Z \S+ )/;

export class RowTransform {
  private readonly object: string;

  constructor(private readonly sink: TransformSink, object: ObjectName, private readonly mayCall: () => boolean) {
    this.object = JSON.stringify(object);
  }

  /**
   * Asks for these rows: after an error once more, then by halves, until the rows that cannot be transformed stand alone; they are rejected. Answers are given in the rows' order; those
   * for which there is no more time are not given.
   *
   * @returns whether all were given
   */
  public async ask(rows: Question[], attempts = 2): Promise<boolean> {
    let failure: Failure | undefined;
    const tries = rows.length === 1 ? 2 : attempts;
    for (let n = 0; n < tries && (!failure || failure.again); n++) {
      const outcome = await patiently(this.mayCall, async () => this.call(rows));
      if (!outcome) return false;
      if (outcome instanceof Array) {
        rows.forEach((row, index) => give(row, outcome[index]));
        return true;
      }
      failure = outcome;
    }
    if (rows.length === 1) {
      rows[0].reject(failure!.why);
      return true;
    }
    const middle = Math.ceil(rows.length / 2);
    return await this.ask(rows.slice(0, middle), 1) && this.ask(rows.slice(middle), 1);
  }

  private async call(rows: Question[]): Promise<Judgement[] | Failure> {
    const asked = rows.map(({ json }, index) => `{"n":${index + 1},"row":${json}}`).join();
    try {
      const { FunctionError, Payload } = await this.sink.lambda.send(new InvokeCommand({
        FunctionName: this.sink.functionArn,
        InvocationType: 'RequestResponse',
        Payload: Buffer.from(`{"object":${this.object},"rows":[${asked}]}`),
      }));
      const answer = Buffer.from(Payload ?? []).toString();
      return FunctionError ? failureOf(answer) : judgements(parseJson(answer), rows.length);
    } catch (error) {
      const { name, message } = error as Error;
      if (error instanceof WrongAnswer) return { why: message, again: true };
      if (FINAL_ERRORS.includes(name)) return { why: `${name}: ${message}`, again: false };
      throw error;
    }
  }
}

class WrongAnswer extends Error {}

function give(row: Question, judgement: Judgement): void {
  if (judgement instanceof Array) row.items(judgement);
  else row.reject(judgement.reason);
}

function failureOf(payload: string): Failure {
  let [errorType, errorMessage] = ['', payload];
  try {
    ({ errorType = '', errorMessage = payload } = JSON.parse(payload));
  } catch {
    // what is no JSON is the message
  }
  return { why: [errorType, `${errorMessage}`.replace(CALL_ID, '')].filter(Boolean).join(': '), again: !FINAL_ERRORS.includes(errorType) };
}

/** What became of each row, in their order. */
function judgements(answer: unknown, rows: number): Judgement[] {
  const { items = [], rejects = [] } = (answer ?? {}) as Record<string, unknown>;
  if (!isJsonObject(answer) || !Array.isArray(items) || !Array.isArray(rejects)) throw new WrongAnswer('the transform has to answer { items, rejects }');
  const given = new Map<number, object[] | { readonly reason: string }>();
  for (const each of rejects) {
    const { n, reason } = fields(each, rows);
    if (typeof reason !== 'string') throw new WrongAnswer(`the transform rejected row ${n} without a reason`);
    if (given.has(n)) throw new WrongAnswer(`the transform rejected row ${n} twice`);
    given.set(n, { reason });
  }
  for (const each of items) {
    const { n, item } = fields(each, rows);
    if (!isJsonObject(item)) throw new WrongAnswer(`the transform answered no item for row ${n}`);
    const before = given.get(n) ?? [];
    if (before instanceof Array) given.set(n, [...before, item]);
    else throw new WrongAnswer(`the transform gave both an item and a reject for row ${n}`);
  }
  return Array.from({ length: rows }, (_, index) => {
    const judgement = given.get(index + 1);
    if (!judgement) throw new WrongAnswer(`the transform gave no answer for row ${index + 1} of ${rows}`);
    return judgement instanceof Array ? marshalled(judgement) : judgement;
  });
}

function fields(each: unknown, rows: number): Record<string, unknown> & { n: number } {
  const { n } = (each ?? {}) as { n: unknown };
  if (typeof n !== 'number' || !Number.isInteger(n) || n < 1 || n > rows) throw new WrongAnswer(`the transform answered for row ${JSON.stringify(n)}, which it was not asked for`);
  return each as Record<string, unknown> & { n: number };
}

function marshalled(items: object[]): Judgement {
  try {
    return items.map(itemOfObject);
  } catch (error) {
    if (error instanceof Unfit) return { reason: `was made an item that ${error.message}` };
    throw error;
  }
}
