import { createHash } from 'crypto';
import { join } from 'path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetExecutionHistoryCommand, SFNClient } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { deploy } from './deployment';
import { root } from './examples';
import { Queues } from './queues';
import { Runs } from './runs';
import { bootstrap, Engine, startEngine } from '../../tools/local-aws/engine';
import { Outcome } from '../patterns/saga/proof/outcomes';

/** What the functions of `test/deployed/apps/saga-functions.ts` are to do: `action Book` and `compensation Book`. */
export type Plan = Record<string, Outcome>;

export interface Call {
  readonly state: string;
  readonly event: any;
}

export interface Run {
  readonly arn: string;
  readonly input: any;
  /** 'Succeeded', or the error, or how else it ended. */
  readonly end: string;
  /** Output or cause. */
  readonly answer: any;
  readonly calls: Call[];
  readonly states: string[];
  /** The other items of the execution. */
  readonly items: Record<string, any>[];
}

export const keyOf = (execution: string, step: string, kind: 'action' | 'compensation') => createHash('sha256').update(`${execution}/${step}/${kind}`).digest('hex');

/** Executions of deployed sagas. */
export class Sagas {
  public readonly runs: Runs;
  private readonly sfn: SFNClient;
  private readonly table: DynamoDBDocumentClient;

  constructor(engine: Engine, private readonly TableName: string) {
    this.runs = new Runs(engine);
    this.sfn = new SFNClient(engine.client);
    this.table = DynamoDBDocumentClient.from(new DynamoDBClient(engine.client));
  }

  public async start(stateMachineArn: string, plan: Plan): Promise<string> {
    return this.runs.start(stateMachineArn, { order: 7, plan });
  }

  public async run(stateMachineArn: string, plan: Plan = {}): Promise<Run> {
    return this.ended(await this.start(stateMachineArn, plan));
  }

  /** Waits for the end of an execution, also of one that somebody else is about to start. */
  public async ended(executionArn: string): Promise<Run> {
    const { arn, status, error, output, cause, input } = await this.runs.ended(executionArn);
    const succeeded = status === 'SUCCEEDED';
    const all = await this.items(executionArn);
    const calls = callsIn(all);
    return {
      arn,
      input,
      end: succeeded ? 'Succeeded' : error ?? status,
      answer: succeeded ? output : asJson(cause),
      calls,
      states: calls.map(({ state }) => state),
      items: all.filter(({ id }) => id !== 'calls'),
    };
  }

  /** What the functions were called with so far, in order. */
  public async calls(execution: string): Promise<Call[]> {
    return callsIn(await this.items(execution));
  }

  /** The errors of its tasks so far, in order. */
  public async failures(executionArn: string): Promise<string[]> {
    const { events = [] } = await this.sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
    return events.flatMap(({ taskFailedEventDetails: failed }) => failed ? [failed.error!] : []);
  }

  private async items(execution: string): Promise<Record<string, any>[]> {
    const { Items = [] } = await this.table.send(new QueryCommand({
      TableName: this.TableName, ConsistentRead: true, KeyConditionExpression: 'execution = :it', ExpressionAttributeValues: { ':it': execution },
    }));
    return Items;
  }
}

/** What `test/deployed/apps/<app>.ts` deploys, on an engine of its own. */
export async function deployedSagas(app: string, stack: string) {
  const engine = await startEngine();
  await bootstrap(engine);
  const outputs = await deploy(engine, join(root, 'test/deployed/apps', `${app}.ts`), stack);
  return { engine, outputs, sagas: new Sagas(engine, outputs.TableName), queues: new Queues(engine) };
}

/** Does it for all, so many at once. */
export async function bounded<T>(atOnce: number, all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const left = [...all];
  await Promise.all(Array.from({ length: atOnce }, async () => {
    while (left.length > 0) await work(left.shift()!);
  }));
}

function callsIn(items: Record<string, any>[]): Call[] {
  const { calls = [] } = items.find(({ id }) => id === 'calls') ?? {};
  return calls.map(({ state, event }: any) => ({ state, event: JSON.parse(event) }));
}

function asJson(text = 'null'): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
