/** Runs a machine in this process, with functions that do what was chosen, and keeps a little world in which their effects are booked. */
import { createHash } from 'crypto';
import type * as engine from 'aws-local-stepfunctions' with { 'resolution-mode': 'import' };
import { causeOf } from './attempts';
import { Machine } from './build';
import { EXECUTION, INPUT, valueOf } from './model';
import { attemptOf, Kind, Outcome, SUCCESS } from './outcomes';

// Its types are those of an ES module, but it can be required.
const { ExecutionError, StateMachine }: typeof engine = require('aws-local-stepfunctions');

export interface Call {
  readonly state: string;
  readonly input: any;
}

export interface Run {
  readonly calls: Call[];
  /** The states that count how sagas ended. */
  readonly counted: string[];
  readonly end: string;
  /** Output of an execution that succeeded, else its cause. */
  readonly answer: unknown;
  /** The steps that are booked at the end, once for each booking. */
  readonly left: string[];
}

export interface Behaviour {
  /** By kind and step, as in `action Book`; what is not named succeeds. */
  readonly chosen: ReadonlyMap<string, Outcome>;
  /** Waits before a function answers, so that branches overlap in other ways. */
  readonly before?: (state: string) => Promise<unknown>;
  /** Whether the counting of how sagas end fails. */
  readonly miscounts?: boolean;
}

const KINDS: Record<string, Kind> = { Undo: 'compensation', Park: 'park' };

/** `Undo Book` is the compensation of `Book`. */
export function callOf(state: string): { step: string; kind: Kind } {
  const [step, prefix] = state.split(' ').reverse();
  return { step, kind: KINDS[prefix] ?? 'action' };
}

export class Interpreter {
  private readonly machine: engine.StateMachine;
  private readonly tasks: string[];

  constructor(machine: Machine, private readonly readOnly: ReadonlySet<string> = new Set()) {
    this.machine = new StateMachine(begun(machine) as any, { validationOptions: { noValidate: true } });
    this.tasks = tasksOf(machine);
  }

  public async run({ chosen, before, miscounts }: Behaviour): Promise<Run> {
    const calls: Call[] = [];
    const counted: string[] = [];
    const booked = new Map<string, string>();
    const handle = (state: string) => {
      const { step, kind } = callOf(state);
      const outcome = chosen.get(`${kind} ${step}`) ?? SUCCESS;
      let number = 0;
      const answer = (input: any) => {
        calls.push({ state, input });
        number++;
        const { effect, error } = attemptOf(outcome, number);
        if (effect && kind === 'action' && !this.readOnly.has(step)) booked.set(input.Payload.idempotencyKey, step);
        if (effect && kind === 'compensation') booked.delete(input.Payload.actionKey);
        if (error !== undefined) throw Object.assign(new Error(causeOf(state, number)), { name: error });
        return { Payload: valueOf(step) };
      };
      return before ? async (input: any) => before(state).then(() => answer(input)) : answer;
    };
    const taskResourceLocalHandlers = Object.fromEntries(this.tasks.map((state) => [state, state.startsWith('Count ') ? () => {
      counted.push(state);
      if (miscounts) throw new Error('no metrics');
      return {};
    } : handle(state)]));
    const ended = await this.execute(taskResourceLocalHandlers);
    return { calls, counted, ...ended, left: [...booked.values()] };
  }

  private async execute(taskResourceLocalHandlers: Record<string, (input: any) => any>): Promise<{ end: string; answer: unknown }> {
    const { stackTraceLimit } = Error;
    // The engine throws for every value that it reads, and nobody reads the stacks: a third of the time.
    Error.stackTraceLimit = 0;
    try {
      const answer = await this.machine.run(INPUT, {
        overrides: { taskResourceLocalHandlers, retryIntervalOverrides: Object.fromEntries(this.tasks.map((state) => [state, 0])) },
        context: { StateMachine: { Id: 'arn:aws:states:us-east-1:111122223333:stateMachine:Saga' } },
      }).result;
      return { end: 'Succeeded', answer };
    } catch (error) {
      if (!(error instanceof ExecutionError && error.cause instanceof Error)) throw error;
      const { name, message } = error.cause;
      return { end: name, answer: asJson(message) };
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  }
}

/**
 * With the values that are known when the execution begins, in place of their paths: the engine takes the input of a branch for that of the execution, hashes
 * texts above 55 bytes wrongly, and would spend most of its time on it.
 */
function begun(machine: Machine): Machine {
  const values: [RegExp, (text: string) => unknown][] = [
    [/"\$\$\.Execution\.Input"/, () => INPUT],
    [/"\$\$\.Execution\.Id"/, () => EXECUTION],
    [/"States\.Hash\(States\.Format\('\{\}([^'{}]*)', \$\$\.Execution\.Id\), 'SHA-256'\)"/, (text) => createHash('sha256').update(`${EXECUTION}${text}`).digest('hex')],
  ];
  return JSON.parse(values.reduce((text, [path, value]) => text.replace(new RegExp(`\\.\\$":${path.source}`, 'g'), (_, rest) => `":${JSON.stringify(value(rest))}`), JSON.stringify(machine)));
}

export function statesOf({ States }: Machine): [string, Machine['States'][string]][] {
  return Object.entries(States).flatMap(([name, state]) => [[name, state], ...(state.Branches ?? []).flatMap(statesOf)]);
}

const tasksOf = (machine: Machine) => statesOf(machine).filter(([, { Type }]) => Type === 'Task').map(([name]) => name);

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
