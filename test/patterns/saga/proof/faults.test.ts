/** Single stories, each with the calls that it should lead to. */
import { machineOf } from './build';
import { Behaviour, Interpreter, Run } from './interpreter';
import { EXECUTION, INPUT, keyOf, Shape } from './model';
import { BROKEN, Outcome } from './outcomes';
import { group, pivot, readOnly, step } from './shapes';

const ORDER: Shape = [step('Reserve'), step('Charge'), pivot('Ship')];
const TRIP: Shape = [step('Open'), group('Book', [step('Flight'), step('Seat')], [step('Hotel')]), step('Pay')];

const interpreters = new Map([ORDER, TRIP].map((shape) => [shape, new Interpreter(machineOf(shape))]));

const play = async (shape: Shape, outcomes: Record<string, Outcome>, more: Partial<Behaviour> = {}) =>
  interpreters.get(shape)!.run({ chosen: new Map(Object.entries(outcomes)), ...more });

const throwing = (error: string): Outcome => [{ error }];
const FINAL = throwing('Final');
const LOST_ANSWER: Outcome = [{ effect: true, error: 'TypeError' }];

/** The states that were called, in the order of their first calls, and how often. */
function tries({ calls }: Run): string[] {
  const states = calls.map(({ state }) => state);
  return [...new Set(states)].map((state) => {
    const times = states.filter((other) => other === state).length;
    return times > 1 ? `${state} × ${times}` : state;
  });
}
/** What a state's task was given at last. */
const inputOf = ({ calls }: Run, state: string) => calls.filter((call) => call.state === state).pop()?.input;

describe('fault 63: a compensation that fails', () => {
  const outcomes = { 'action Ship': FINAL, 'compensation Charge': BROKEN };

  test('is parked, and the others run', async () => {
    const run = await play(ORDER, outcomes);
    expect(tries(run)).toEqual(['Reserve', 'Charge', 'Ship', 'Undo Charge × 11', 'Park Charge', 'Undo Reserve']);
    expect(run).toMatchObject({ end: 'CompensationFailed', left: ['Charge'], counted: ['Count compensation failed'] });
    const { MessageBody: { compensationError, error, ...body } } = inputOf(run, 'Park Charge');
    const { Payload: { error: told, ...event } } = inputOf(run, 'Undo Charge');
    expect(body).toEqual(event);
    expect(error).toMatchObject({ failed: told.failed, unknown: told.unknown });
    expect(compensationError).toEqual({ Error: 'Broken', Cause: 'Undo Charge, attempt 11' });
  });

  test('and cannot even be parked, does not stop the others', async () => {
    const run = await play(ORDER, { ...outcomes, 'park Charge': BROKEN });
    expect(tries(run)).toEqual(['Reserve', 'Charge', 'Ship', 'Undo Charge × 11', 'Park Charge × 11', 'Undo Reserve']);
    expect(run).toMatchObject({ end: 'ParkingFailed', left: ['Charge'], answer: { lost: { Charge: { Error: 'Broken', Cause: 'Park Charge, attempt 11' } } } });
  });

  test('ten times is not parked', async () => {
    const run = await play(ORDER, { ...outcomes, 'compensation Charge': [...Array(10).fill({ error: 'Anything' }), { effect: true }] });
    expect(tries(run)).toEqual(['Reserve', 'Charge', 'Ship', 'Undo Charge × 11', 'Undo Reserve']);
    expect(run).toMatchObject({ end: 'SagaFailed', left: [] });
  });

  test('in a branch does not stop that branch, nor the other', async () => {
    const run = await play(TRIP, { 'action Pay': FINAL, 'compensation Seat': BROKEN });
    expect(tries(run)).toEqual(expect.arrayContaining(['Park Seat', 'Undo Flight', 'Undo Hotel']));
    expect(tries(run).pop()).toBe('Undo Open');
    expect(run).toMatchObject({ end: 'CompensationFailed', left: ['Seat'] });
  });
});

describe('fault 64: an unknown outcome', () => {
  test.each(['TypeError', 'States.Timeout', 'Lambda.Unknown', 'Function.ResponseSizeTooLarge', 'States.DataLimitExceeded', 'Lambda.ServiceException'])('after %s is compensated', async (error) => {
    const run = await play(ORDER, { 'action Charge': [{ effect: true, error }] });
    expect(tries(run).slice(-2)).toEqual(['Undo Charge', 'Undo Reserve']);
    expect(run).toMatchObject({ end: 'SagaFailed', left: [], answer: { failed: {}, unknown: { Charge: { Error: error } } } });
  });

  test('of the pivot is parked', async () => {
    const run = await play(ORDER, { 'action Ship': LOST_ANSWER });
    expect(tries(run)).toEqual(['Reserve', 'Charge', 'Ship', 'Park Ship', 'Undo Charge', 'Undo Reserve']);
    expect(run).toMatchObject({ end: 'CompensationFailed', left: ['Ship'] });
    expect(inputOf(run, 'Park Ship')).not.toHaveProperty('MessageAttributes');
  });

  test('is none after a final error', async () => {
    const run = await play(ORDER, { 'action Charge': FINAL });
    expect(tries(run)).toEqual(['Reserve', 'Charge', 'Undo Reserve']);
    expect(run).toMatchObject({ end: 'SagaFailed', left: [], answer: { failed: { Charge: { Error: 'Final', Cause: 'Charge, attempt 1' } }, unknown: {} } });
  });
});

test('fault 65: a compensation gets the input, its action\'s result and the error', async () => {
  const run = await play(ORDER, { 'action Charge': LOST_ANSWER });
  const error = { failed: {}, unknown: { Charge: { Error: 'TypeError', Cause: 'Charge, attempt 1' } }, parked: {}, lost: {} };
  const common = { execution: EXECUTION, input: INPUT, error };
  expect(inputOf(run, 'Undo Reserve').Payload).toEqual({
    ...common, step: 'Reserve', idempotencyKey: keyOf('Reserve', 'compensation'), actionKey: keyOf('Reserve', 'action'), results: { Reserve: { value: 'Reserve is done' } },
  });
  // Without a result of its own: nobody knows what became of the action.
  expect(inputOf(run, 'Undo Charge').Payload).toEqual({
    ...common, step: 'Charge', idempotencyKey: keyOf('Charge', 'compensation'), actionKey: keyOf('Charge', 'action'), results: { Reserve: { value: 'Reserve is done' } },
  });
});

describe('fault 68', () => {
  const passing = ['Lambda.TooManyRequestsException', 'Lambda.ClientExecutionTimeoutException', 'Lambda.ServiceException', 'Lambda.AWSLambdaException', 'Lambda.SdkClientException'];

  test.each(passing)('fault 68: %s is retried', async (error) => {
    const run = await play(ORDER, { 'action Charge': [...Array(6).fill({ error }), { effect: true }] });
    expect(tries(run)).toEqual(['Reserve', 'Charge × 7', 'Ship']);
    expect(run.end).toBe('Succeeded');
  });

  test.each(passing)('fault 68: %s for good is an unknown outcome', async (error) => {
    expect(tries(await play(ORDER, { 'action Charge': throwing(error) }))).toEqual(['Reserve', 'Charge × 7', 'Undo Charge', 'Undo Reserve']);
  });
});

test.each(['Lambda.Unknown', 'Sandbox.Timedout', 'Runtime.ExitError', 'States.Timeout', 'States.HeartbeatTimeout'])('fault 69: %s is retried twice, then caught', async (error) => {
  const run = await play(ORDER, { 'action Charge': [{ effect: true, error }] });
  expect(tries(run)).toEqual(['Reserve', 'Charge × 3', 'Undo Charge', 'Undo Reserve']);
  expect(run).toMatchObject({ end: 'SagaFailed', left: [] });
});

describe('fault 72: branches of a group', () => {
  test('run side by side, there and back', async () => {
    const meeting = (...states: string[]) => {
      const expected = new Set(states);
      let open: () => void;
      const opened = new Promise<void>((resolve) => { open = resolve; });
      // Whoever comes waits for the other.
      return async (state: string) => {
        if (!states.includes(state)) return undefined;
        if (expected.delete(state) && expected.size === 0) open();
        return opened;
      };
    };
    const [there, back] = [meeting('Flight', 'Hotel'), meeting('Undo Seat', 'Undo Hotel')];
    const run = await play(TRIP, { 'action Pay': FINAL }, { before: async (state) => Promise.all([there(state), back(state)]) });
    expect(run).toMatchObject({ end: 'SagaFailed', left: [] });
  });

  test('run to their end when another fails', async () => {
    const run = await play(TRIP, { 'action Hotel': FINAL, 'action Flight': [...Array(6).fill({ error: 'Lambda.ServiceException' }), { effect: true }] });
    expect(tries(run).slice(0, 4)).toEqual(['Open', 'Flight × 7', 'Hotel', 'Seat']);
    expect(tries(run).slice(4)).toEqual(['Undo Seat', 'Undo Flight', 'Undo Open']);
    expect(run).toMatchObject({ end: 'SagaFailed', left: [] });
  });

  test('stop at their own failure, and undo what they did', async () => {
    const run = await play(TRIP, { 'action Flight': LOST_ANSWER });
    expect(tries(run).slice(0, 3)).toEqual(['Open', 'Flight', 'Hotel']);
    expect(tries(run).slice(3, 5).sort()).toEqual(['Undo Flight', 'Undo Hotel']);
    expect(tries(run).slice(5)).toEqual(['Undo Open']);
    expect(run).toMatchObject({ end: 'SagaFailed', left: [] });
  });

  test('may be ten', async () => {
    const ten = [...'ABCDEFGHIJ'];
    const interpreter = new Interpreter(machineOf([group('All', ...ten.map((name) => [step(name)])), step('Last')]));
    const run = await interpreter.run({ chosen: new Map([['action Last', FINAL], ...ten.map((name): [string, Outcome] => [`compensation ${name}`, BROKEN])]) });
    expect(Object.keys(inputOf(run, 'Last').Payload.results).sort()).toEqual(ten);
    expect(run).toMatchObject({ end: 'CompensationFailed', left: ten, answer: { parked: Object.fromEntries(ten.map((name) => [name, { Error: 'Broken' }])) } });
  });

  test('know nothing of each other, and what comes after knows all', async () => {
    const run = await play(TRIP, {});
    const known = (state: string) => Object.keys(inputOf(run, state).Payload.results);
    expect([known('Seat'), known('Hotel'), known('Pay')]).toEqual([['Open', 'Flight'], ['Open'], expect.arrayContaining(['Open', 'Flight', 'Seat', 'Hotel'])]);
  });
});

test('fault 77: what was done is undone in reverse order', async () => {
  expect(tries(await play(ORDER, { 'action Ship': FINAL }))).toEqual(['Reserve', 'Charge', 'Ship', 'Undo Charge', 'Undo Reserve']);
  const back = tries(await play(TRIP, { 'action Pay': FINAL })).filter((state) => state.startsWith('Undo') && state !== 'Undo Hotel');
  expect(back).toEqual(['Undo Seat', 'Undo Flight', 'Undo Open']);
});

describe('fault 78: an idempotency key', () => {
  const keys = ({ calls }: Run, name: string): [state: string, key: string][] =>
    calls.map(({ state, input }) => [state, (input.Payload ?? input.MessageBody)[name]]);

  test('is the same in every retry, and of no other call', async () => {
    const fifth: Outcome = [...Array(4).fill({ error: 'Anything' }), { effect: true }];
    const run = await play(ORDER, { 'action Charge': throwing('States.Timeout'), 'compensation Reserve': fifth });
    const found = keys(run, 'idempotencyKey');
    expect(found).toHaveLength(1 + 3 + 1 + 5);
    expect(new Set(found.map(([state, key]) => `${state} ${key}`)).size).toBe(4);
    expect(new Set(found.map(([, key]) => key)).size).toBe(4);
    expect(found.filter(([, key]) => !/^[0-9a-f]{64}$/.test(key))).toEqual([]);
  });

  test('of the action is told to its compensation, and in the message of what is parked', async () => {
    const run = await play(ORDER, { 'action Charge': LOST_ANSWER, 'compensation Charge': BROKEN });
    const [, [, key]] = keys(run, 'idempotencyKey');
    const told = keys(run, 'actionKey').filter(([state]) => state.endsWith(' Charge'));
    expect(new Set(told.map(([state]) => state))).toEqual(new Set(['Undo Charge', 'Park Charge']));
    expect(new Set(told.map(([, actionKey]) => actionKey))).toEqual(new Set([key]));
  });
});

test('what only reads is not undone, whatever became of it', async () => {
  const run = await new Interpreter(machineOf([step('Reserve'), readOnly('Price')])).run({ chosen: new Map([['action Price', throwing('TypeError')]]) });
  expect(tries(run)).toEqual(['Reserve', 'Price', 'Undo Reserve']);
  expect(run).toMatchObject({ end: 'SagaFailed' });
});

test.each([['SagaFailed', FINAL], ['CompensationFailed', LOST_ANSWER]])('%s is the end, also when it cannot be counted', async (end, ship) => {
  const run = await play(ORDER, { 'action Ship': ship }, { miscounts: true });
  expect(run.end).toBe(end);
  expect(run.counted).toHaveLength(4);
});
