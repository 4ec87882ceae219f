/**
 * What a saga is, in the words of its README and without its generator: which functions are called in which order, what each is told,
 * how the saga ends and what is left behind.
 */
import { createHash } from 'crypto';
import { attemptsOf, Failure, FINAL, RETRIES_OF_ACTION, RETRIES_OF_UNDOING } from './attempts';
import { Choice } from './outcomes';
import { Trace } from './trace';

export interface Step {
  readonly name: string;
  /** The pivot has no compensation and comes last; what only reads has nothing to undo. */
  readonly kind: 'compensated' | 'readOnly' | 'pivot';
  readonly discardResult?: boolean;
}

export interface Group {
  readonly name: string;
  readonly branches: readonly Shape[];
}

export type Shape = readonly (Step | Group)[];

export type End = 'Succeeded' | 'SagaFailed' | 'CompensationFailed' | 'ParkingFailed';

type Errors = Readonly<Record<'failed' | 'unknown' | 'parked' | 'lost', Readonly<Record<string, Failure>>>>;

/** What is known at a point of the execution. */
interface Known {
  readonly results: Readonly<Record<string, unknown>>;
  readonly error: Errors;
}

export interface Prediction {
  readonly trace: Trace;
  /** What the function of each state is told, in each of its attempts. */
  readonly told: Readonly<Record<string, unknown>>;
  readonly end: End;
  /** Of an execution that succeeds: its output. Of one that fails: its cause. */
  readonly answer: unknown;
  /** The steps that are handed to a person. */
  readonly parked: readonly string[];
  /** The steps whose effect is there at the end. */
  readonly left: readonly string[];
}

export const EXECUTION = 'arn:aws:states:us-east-1:111122223333:execution:Saga:order-7';
export const INPUT = { orderId: 'order-7' };

export const valueOf = (step: string) => `${step} is done`;
export const keyOf = (step: string, kind: 'action' | 'compensation') => createHash('sha256').update(`${EXECUTION}/${step}/${kind}`).digest('hex');

/** A group as far as it came, with what each of its branches did. */
interface DoneGroup {
  readonly branches: Done[][];
}

/** What may have to be undone. */
type Done = Step | DoneGroup;

/** A stretch of the way: what was called, and what is known after it. */
interface Stretch {
  readonly trace: Trace;
  readonly known: Known;
}

interface Forward extends Stretch {
  readonly done: Done[];
  readonly failed: boolean;
}

export function predict(shape: Shape, choice: Choice): Prediction {
  const execution = new Execution(choice);
  const there = execution.forward(shape, { results: {}, error: { failed: {}, unknown: {}, parked: {}, lost: {} } });
  const { told, parked, left } = execution;
  const end = (trace: Trace, how: End, answer: unknown) => ({ trace, told, end: how, answer, parked: [...parked], left: [...left] });
  if (!there.failed) return end(there.trace, 'Succeeded', { results: there.known.results });
  const back = execution.back(there.done, there.known);
  return end([...there.trace, ...back.trace], endOf(execution, back.known), back.known.error);
}

function endOf({ parked }: Execution, { error }: Known): End {
  if (Object.keys(error.lost).length > 0) return 'ParkingFailed';
  return parked.size > 0 ? 'CompensationFailed' : 'SagaFailed';
}

class Execution {
  public readonly told: Record<string, unknown> = {};
  /** The steps whose effect is there. */
  public readonly left = new Set<string>();
  /** The steps that are handed to a person. */
  public readonly parked = new Set<string>();

  constructor(private readonly choice: Choice) {}

  /** Steps in order, up to the first one that fails. */
  public forward(shape: Shape, known: Known): Forward {
    const trace: Trace = [];
    const done: Done[] = [];
    for (const item of shape) {
      const after = 'branches' in item ? this.group(item, known) : this.action(item, known);
      trace.push(...after.trace);
      done.push(...after.done);
      known = after.known;
      if (after.failed) return { trace, done, known, failed: true };
    }
    return { trace, done, known, failed: false };
  }

  /** Undoes in reverse order, branches side by side. */
  public back(done: readonly Done[], known: Known): Stretch {
    const trace: Trace = [];
    for (const what of [...done].reverse()) {
      const after = 'branches' in what ? sideBySide(what.branches.map((branch) => this.back(branch, known))) : this.undo(what, known);
      trace.push(...after.trace);
      known = after.known;
    }
    return { trace, known };
  }

  private group({ branches }: Group, known: Known): Forward {
    const ways = branches.map((branch) => this.forward(branch, known));
    return { ...sideBySide(ways), done: [{ branches: ways.map(({ done }) => done) }], failed: ways.some(({ failed }) => failed) };
  }

  private action(step: Step, known: Known): Forward {
    const { name, kind } = step;
    const { number, effect, failure } = attemptsOf(name, this.choice(name, 'action'), RETRIES_OF_ACTION);
    this.told[name] = { step: name, execution: EXECUTION, idempotencyKey: keyOf(name, 'action'), input: INPUT, results: known.results };
    if (effect && kind !== 'readOnly') this.left.add(name);
    const isFinal = failure?.Error === FINAL;
    return {
      trace: Array(number).fill(name),
      failed: failure !== undefined,
      // A final error is a promise that there is nothing to undo; after any other one nobody knows.
      done: isFinal || kind === 'readOnly' ? [] : [step],
      known: failure ? failing(known, isFinal ? 'failed' : 'unknown', name, failure)
        : { ...known, results: { ...known.results, [name]: step.discardResult ? { discarded: true } : { value: valueOf(name) } } },
    };
  }

  private undo({ name, kind }: Step, known: Known): Stretch {
    if (kind === 'pivot') {
      const { idempotencyKey, ...event } = compensationOf(name, known); // there is no compensation that has a key
      return this.park(name, known, { ...event, actionError: known.error.unknown[name] });
    }
    const state = `Undo ${name}`;
    const { number, failure } = attemptsOf(state, this.choice(name, 'compensation'), RETRIES_OF_UNDOING);
    this.told[state] = compensationOf(name, known);
    const trace: Trace = Array(number).fill(state);
    if (failure) {
      const now = failing(known, 'parked', name, failure);
      const parked = this.park(name, now, { ...compensationOf(name, now), compensationError: failure });
      return { trace: [...trace, ...parked.trace], known: parked.known };
    }
    this.left.delete(name);
    return { trace, known };
  }

  /** Hands a step to a person, in a message that can be handed to its compensation again as it is. */
  private park(step: string, known: Known, message: object): Stretch {
    const state = `Park ${step}`;
    this.parked.add(step);
    const { number, failure } = attemptsOf(state, this.choice(step, 'park'), RETRIES_OF_UNDOING);
    this.told[state] = message;
    return { trace: Array(number).fill(state), known: failure ? failing(known, 'lost', step, failure) : known };
  }
}

const compensationOf = (step: string, { results, error }: Known) => ({
  step, execution: EXECUTION, idempotencyKey: keyOf(step, 'compensation'), actionKey: keyOf(step, 'action'), input: INPUT, results, error,
});

const failing = ({ results, error }: Known, kind: keyof Errors, step: string, failure: Failure): Known => ({
  results, error: { ...error, [kind]: { ...error[kind], [step]: failure } },
});

const sideBySide = (parts: readonly Stretch[]): Stretch => ({
  trace: [{ parts: parts.map(({ trace }) => trace) }],
  known: {
    results: Object.assign({}, ...parts.map(({ known }) => known.results)),
    error: {
      failed: merged(parts, 'failed'), unknown: merged(parts, 'unknown'), parked: merged(parts, 'parked'), lost: merged(parts, 'lost'),
    },
  },
});

const merged = (parts: readonly Stretch[], kind: keyof Errors): Errors['failed'] => Object.assign({}, ...parts.map(({ known }) => known.error[kind]));
