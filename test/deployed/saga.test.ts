/** Deployed sagas whose functions fail as they are told, each in a way of its own. */
import { DeleteFunctionConcurrencyCommand, LambdaClient, PutFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import * as fc from 'fast-check';
import { Engine } from '../../tools/local-aws/engine';
import { stopAll } from '../../tools/process';
import { Shape } from '../patterns/saga/proof/model';
import { ACTION_OUTCOMES, COMPENSATION_OUTCOMES, Outcome, SUCCESS } from '../patterns/saga/proof/outcomes';
import { group, pivot, step } from '../patterns/saga/proof/shapes';
import { eventually, Queues } from '../support/queues';
import { differences, predicted } from '../support/saga-prediction';
import { bounded, deployedSagas, keyOf, Plan, Run, Sagas } from '../support/sagas';

jest.setTimeout(180_000);

const done = { effect: true };
const FINAL: Outcome = [{ error: 'Final' }];
const TYPE_ERROR: Outcome = [{ effect: true, error: 'TypeError' }];
const TIMEOUT: Outcome = [{ effect: true, error: 'Sandbox.Timedout' }];
const EXIT: Outcome = [{ effect: true, error: 'Runtime.ExitError' }];
const BROKEN: Outcome = [{ error: 'Broken' }];
const times = (number: number, state: string) => Array<string>(number).fill(state);

let engine: Engine;
let outputs: Record<string, string>;
let sagas: Sagas;
let queues: Queues;
/** How often an execution ended in a way, by saga. */
const ends: Record<string, number> = {};

beforeAll(async () => {
  ({ engine, outputs, sagas, queues } = await deployedSagas('saga', 'Sagas'));
});
afterAll(stopAll);

async function execute(saga: string, plan: Plan = {}): Promise<Run> {
  return counted(saga, await sagas.run(outputs[`${saga}Arn`], plan));
}

function counted(saga: string, run: Run): Run {
  ends[`${saga} ${run.end}`] = (ends[`${saga} ${run.end}`] ?? 0) + 1;
  return run;
}

const effects = ({ items }: Run) => items.map((item) => item.step).sort();
const keys = ({ calls }: Run, state: string) => new Set(calls.filter((call) => call.state === state).map(({ event }) => event.idempotencyKey));
const parked = (saga: string) => queues.takeAll(outputs[`${saga}Failed`]);

test('a saga in which nothing fails: in order, each with the results of those before', async () => {
  const run = await execute('Linear');
  expect(run).toMatchObject({ end: 'Succeeded', states: ['A', 'B', 'C'] });
  expect(run.answer).toEqual({ results: { A: { value: { of: 'A' } }, B: { value: { of: 'B' } }, C: { value: { of: 'C' } } } });
  expect(run.calls.map(({ event }) => event)).toEqual([['A'], ['B', 'A'], ['C', 'A', 'B']].map(([name, ...before]) => ({
    step: name,
    execution: run.arn,
    idempotencyKey: keyOf(run.arn, name, 'action'),
    input: run.input,
    results: Object.fromEntries(before.map((other) => [other, { value: { of: other } }])),
  })));
  expect(effects(run)).toEqual(['A', 'B', 'C']);
});

describe('fault 77: a step that fails is undone, and those before it, in reverse order', () => {
  test.each<[saga: string, plan: Plan, calls: string[]]>([
    ['Compensated', { 'action A': TYPE_ERROR }, ['A', 'Undo A']],
    ['Compensated', { 'action B': TYPE_ERROR }, ['A', 'B', 'Undo B', 'Undo A']],
    ['Compensated', { 'action C': TYPE_ERROR }, ['A', 'B', 'C', 'Undo C', 'Undo B', 'Undo A']],
    ['Compensated', { 'action A': FINAL }, ['A']],
    ['Compensated', { 'action B': FINAL }, ['A', 'B', 'Undo A']],
    ['Compensated', { 'action C': FINAL }, ['A', 'B', 'C', 'Undo B', 'Undo A']],
    ['Linear', { 'action A': TYPE_ERROR }, ['A', 'Undo A']],
    ['Linear', { 'action B': FINAL }, ['A', 'B', 'Undo A']],
    ['Linear', { 'action C': FINAL }, ['A', 'B', 'C', 'Undo B', 'Undo A']],
    ['Linear', { 'action B': [{ error: 'Lambda.ServiceException' }, ...FINAL] }, ['A', 'B', 'B', 'Undo A']],
  ])('%s, %j', async (saga, plan, calls) => {
    const run = await execute(saga, plan);
    expect(run).toMatchObject({ end: 'SagaFailed', states: calls, items: [] });
    expect(Object.keys({ ...run.answer.failed, ...run.answer.unknown })).toEqual(Object.keys(plan).map((action) => action.replace('action ', '')));
  });
});

describe('a step that is cut off after its effect', () => {
  test('fault 64, fault 69: times out for good: is tried three times, and undone', async () => {
    const run = await execute('Linear', { 'action B': TIMEOUT });
    expect(run).toMatchObject({ end: 'SagaFailed', states: ['A', ...times(3, 'B'), 'Undo B', 'Undo A'], items: [] });
    expect(run.answer.unknown.B.Error).toBe('Sandbox.Timedout');
    expect(run.calls.at(-2)!.event).toMatchObject({ actionKey: keyOf(run.arn, 'B', 'action'), results: { A: { value: { of: 'A' } } } });
    expect(run.calls.at(-2)!.event.results).not.toHaveProperty('B');
  });

  test('fault 64, fault 69: dies for good: is tried three times, and undone', async () => {
    const run = await execute('Compensated', { 'action A': EXIT });
    expect(run).toMatchObject({ end: 'SagaFailed', states: [...times(3, 'A'), 'Undo A'], items: [] });
    expect(run.answer.unknown.A.Error).toBe('Runtime.ExitError');
  });

  test('fault 78: once more: all attempts have one key, so there is one effect', async () => {
    const run = await execute('Linear', { 'action A': [...TIMEOUT, ...EXIT, done], 'action B': [...EXIT, { error: 'Lambda.TooManyRequestsException' }, done] });
    expect(run).toMatchObject({ end: 'Succeeded', states: [...times(3, 'A'), ...times(3, 'B'), 'C'] });
    for (const name of ['A', 'B']) expect(keys(run, name)).toEqual(new Set([keyOf(run.arn, name, 'action')]));
    expect(effects(run)).toEqual(['A', 'B', 'C']);
  });

  test('fault 78: a compensation: all attempts have one key, which is not the action\'s', async () => {
    const run = await execute('Linear', { 'action B': FINAL, 'compensation A': [...TIMEOUT, ...EXIT, ...TYPE_ERROR, done] });
    expect(run).toMatchObject({ end: 'SagaFailed', states: ['A', 'B', ...times(4, 'Undo A')], items: [] });
    expect(keys(run, 'Undo A')).toEqual(new Set([keyOf(run.arn, 'A', 'compensation')]));
  });
});

test('fault 63: a compensation that fails for good is parked, and the others still run', async () => {
  const run = await execute('Compensated', { 'action C': EXIT, 'compensation B': BROKEN });
  expect(run).toMatchObject({ end: 'CompensationFailed', states: ['A', 'B', ...times(3, 'C'), 'Undo C', ...times(11, 'Undo B'), 'Undo A'] });
  expect(effects(run)).toEqual(['B']);
  const [message, ...others] = await parked('Compensated');
  expect(others).toEqual([]);
  expect(message.MessageAttributes!.function.StringValue).toBe(outputs.UndoesB);
  const { compensationError, ...event } = message.json;
  expect(event).toEqual({ ...run.calls.at(-2)!.event, error: { ...run.calls.at(-2)!.event.error, parked: { B: compensationError } } });
  expect(compensationError.Error).toBe('Broken');
  expect(run.calls.at(-1)!.event.error.parked.B.Error).toBe('Broken');
});

test('fault 63: of an alias it names the alias, also under a customer-managed key', async () => {
  const run = await execute('Linear', { 'action B': FINAL, 'compensation A': BROKEN });
  expect(run.end).toBe('CompensationFailed');
  const [{ MessageAttributes }] = await parked('Linear');
  expect(MessageAttributes!.function.StringValue).toMatch(/:live$/);
});

test('a last step of unknown outcome is parked for a person, and the others are undone', async () => {
  const run = await execute('Linear', { 'action C': TYPE_ERROR });
  expect(run).toMatchObject({ end: 'CompensationFailed', states: ['A', 'B', 'C', 'Undo B', 'Undo A'] });
  expect(effects(run)).toEqual(['C']);
  const [message, ...others] = await parked('Linear');
  expect(others).toEqual([]);
  expect(message.MessageAttributes).toBeUndefined();
  expect(message.json).toMatchObject({ step: 'C', execution: run.arn, actionKey: keyOf(run.arn, 'C', 'action'), actionError: { Error: 'TypeError' } });
});

describe('fault 68: a function that is throttled', () => {
  const lambda = () => new LambdaClient(engine.client);
  const close = (FunctionName: string) => lambda().send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }));
  const open = (FunctionName: string) => lambda().send(new DeleteFunctionConcurrencyCommand({ FunctionName }));

  test('and is not any more: the saga goes on', async () => {
    await close(outputs.DoesC);
    const arn = await sagas.start(outputs.CompensatedArn, {});
    await eventually('the second refusal', async () => (await sagas.failures(arn)).length >= 2);
    await open(outputs.DoesC);
    expect(counted('Compensated', await sagas.ended(arn))).toMatchObject({ end: 'Succeeded', states: ['A', 'B', 'C'] });
    expect(new Set(await sagas.failures(arn))).toEqual(new Set(['Lambda.TooManyRequestsException']));
  });

  test('and stays so: after seven attempts all is undone', async () => {
    await close(outputs.DoesB);
    const run = await execute('Linear');
    await open(outputs.DoesB);
    expect(run).toMatchObject({ end: 'SagaFailed', states: ['A', 'Undo B', 'Undo A'], items: [] });
    expect(run.answer.unknown.B.Error).toBe('Lambda.TooManyRequestsException');
    expect(await sagas.failures(run.arn)).toEqual(times(7, 'Lambda.TooManyRequestsException'));
  });
});

describe('fault 72: a branch that fails', () => {
  const place = ({ states }: Run, state: string) => states.indexOf(state);

  test('cuts off no other: each runs to its end, and is undone from there', async () => {
    const run = await execute('Grouped', { 'action B': TYPE_ERROR, 'action E': [{ error: 'Runtime.ExitError' }, { error: 'Runtime.ExitError' }, done] });
    expect(run).toMatchObject({ end: 'SagaFailed', items: [] });
    expect([...run.states].sort()).toEqual(['A', 'B', 'C', 'D', ...times(3, 'E'), ...['A', 'B', 'C', 'D', 'E'].map((name) => `Undo ${name}`)]);
    expect(place(run, 'B')).toBeLessThan(run.states.lastIndexOf('E'));
    for (const inner of ['D', 'E']) expect(place(run, `Undo ${inner}`)).toBeLessThan(place(run, 'Undo C'));
    expect(run.states.at(-1)).toBe('Undo A');
  });

  test('in a group of a group', async () => {
    const run = await execute('Grouped', { 'action D': FINAL, 'compensation E': BROKEN });
    expect(run.end).toBe('CompensationFailed');
    expect(effects(run)).toEqual(['E']);
    expect(place(run, 'Undo D')).toBe(-1);
    expect(place(run, 'Undo C')).toBeGreaterThan(run.states.lastIndexOf('Undo E'));
    expect((await parked('Grouped')).map(({ json }) => json.step)).toEqual(['E']);
  });
});

describe('planned at random, as the model predicts', () => {
  const [A, B, C, D, E, F] = ['A', 'B', 'C', 'D', 'E', 'F'].map(step);
  const action = fc.oneof(
    { weight: 5, arbitrary: fc.constant(SUCCESS) },
    { weight: 3, arbitrary: fc.constantFrom<Outcome>(...Object.values(ACTION_OUTCOMES), [...EXIT, done], [...EXIT, ...FINAL]) },
  );
  const compensation = fc.constantFrom<Outcome>(...Object.values(COMPENSATION_OUTCOMES), [...EXIT, done], BROKEN);
  const planFor = (names: string[]): fc.Arbitrary<Plan> =>
    fc.record(Object.fromEntries(names.flatMap((name) => [[`action ${name}`, action], [`compensation ${name}`, compensation]])));

  test.each<[saga: string, shape: Shape, number: number]>([
    ['Linear', [A, B, pivot('C')], 30],
    ['Compensated', [A, B, C], 20],
    ['Grouped', [A, group('G', [B], [C, group('H', [D], [E])]), F], 40],
  ])('%s', async (saga, shape, number) => {
    const plans = fc.sample(planFor(['A', 'B', 'C', 'D', 'E', 'F']), { numRuns: number, seed: 63 });
    const runs: Run[] = [];
    await bounded(6, plans, async (plan) => void runs.push(await execute(saga, plan)));
    const messages = await parked(saga);
    for (const run of runs) {
      const own = messages.filter(({ json }) => json.execution === run.arn);
      const found = differences(run, own, predicted(shape, run.input.plan));
      if (found.length > 0) throw new Error([JSON.stringify(run.input.plan), ...found].join('\n'));
    }
    expect(messages.filter(({ json }) => !runs.some(({ arn }) => arn === json.execution))).toEqual([]);
    for (const end of ['Succeeded', 'SagaFailed', 'CompensationFailed']) expect([end, runs.filter((run) => run.end === end).length]).not.toEqual([end, 0]);
  });
});

test('what was undone and what failed to be is counted, each once; neither is an execution that nothing caught', async () => {
  for (const saga of ['Linear', 'Compensated', 'Grouped']) {
    for (const [metric, end] of [['SagaCompensated', 'SagaFailed'], ['SagaCompensationFailed', 'CompensationFailed']]) {
      expect([saga, end, await sagas.runs.counted(metric, outputs[`${saga}Arn`])]).toEqual([saga, end, ends[`${saga} ${end}`]]);
    }
    expect(await queues.count(outputs[`${saga}Uncaught`])).toBe(0);
  }
});
