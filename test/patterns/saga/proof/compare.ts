/** Whether a saga's machine does what a saga should do. */
import { isDeepStrictEqual } from 'util';
import { functionArn, Machine, machineOf } from './build';
import { Behaviour, Call, callOf, Interpreter } from './interpreter';
import { Prediction, Shape, Step } from './model';
import { legal } from './trace';

/** An execution whose message was lost is not counted: it is found among those that are uncaught. */
const COUNTED: Record<string, string[]> = { SagaFailed: ['Count compensated'], CompensationFailed: ['Count compensation failed'] };

export class Comparison {
  private readonly interpreter: Interpreter;
  private readonly pivots: ReadonlySet<string>;

  constructor(shape: Shape, machine: Machine = machineOf(shape)) {
    this.interpreter = new Interpreter(machine, namesOf(shape, 'readOnly'));
    this.pivots = namesOf(shape, 'pivot');
  }

  /** Every difference, as what was expected and what came. */
  public async differences(behaviour: Behaviour, expected: Prediction): Promise<string[]> {
    const found: string[] = [];
    const same = (what: string, came: unknown, wanted: unknown) => {
      if (!isDeepStrictEqual(came, wanted)) found.push(`${what}: expected ${JSON.stringify(wanted)}, came ${JSON.stringify(came)}`);
    };
    const run = await this.interpreter.run(behaviour);
    const log = run.calls.map(({ state }) => state);
    if (!legal(log, expected.trace)) found.push(`calls: expected ${JSON.stringify(expected.trace)}, came ${JSON.stringify(log)}`);
    for (const call of run.calls) same(call.state, call.input, this.inputOf(call, expected));
    same('end', run.end, expected.end);
    same('answer', run.answer, expected.answer);
    same('left', [...run.left].sort(), [...expected.left].sort());
    same('left, but not parked', run.end === 'Succeeded' ? [] : run.left.filter((step) => !log.includes(`Park ${step}`)), []);
    same('counted', run.counted, COUNTED[expected.end] ?? []);
    return found;
  }

  /** What the task of a state is given. */
  private inputOf({ state, input }: Call, { told }: Prediction): unknown {
    const { step, kind } = callOf(state);
    if (kind !== 'park') return { FunctionName: functionArn(kind === 'action' ? step : `Undo${step}`), Payload: told[state] };
    const attributes = this.pivots.has(step) ? {} : { MessageAttributes: { function: { DataType: 'String', StringValue: functionArn(`Undo${step}`) } } };
    return { QueueUrl: input.QueueUrl, MessageBody: told[state], ...attributes };
  }
}

const stepsOf = (shape: Shape): Step[] => shape.flatMap((item) => ('branches' in item ? item.branches.flatMap(stepsOf) : [item]));
const namesOf = (shape: Shape, kind: Step['kind']) => new Set(stepsOf(shape).filter((one) => one.kind === kind).map(({ name }) => name));
