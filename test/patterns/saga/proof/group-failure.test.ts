/** What the branches of a group report may be too large together: then the group fails, although no branch did. */
import { Machine, machineOf } from './build';
import { Interpreter, statesOf } from './interpreter';
import { Shape } from './model';
import { group, readOnly, step } from './shapes';

const NESTED: Shape = [step('A'), group('G', [step('B'), group('H', [step('C')], [step('D'), readOnly('R')])], [step('E')]), step('F')];

/** A machine in which a branch's last state fails as a state does whose output is too large. */
const failing = (name: string): Machine => {
  const machine: Machine = JSON.parse(JSON.stringify(machineOf(NESTED)));
  const [, state] = statesOf(machine).find(([one]) => one === name)!;
  Object.assign(state, { Type: 'Fail', Error: 'States.DataLimitExceeded', OutputPath: undefined });
  return JSON.parse(JSON.stringify(machine));
};
const play = async (machine: Machine, ...final: string[]) => {
  const run = await new Interpreter(machine, new Set(['R'])).run({ chosen: new Map(final.map((name) => [`action ${name}`, [{ error: 'Final' }]])) });
  return { ...run, states: run.calls.map(({ state }) => state) };
};
const undone = (states: string[]) => states.filter((state) => state.startsWith('Undo ')).map((state) => state.slice('Undo '.length));
const before = (states: string[], first: string, second: string) => states.indexOf(`Undo ${first}`) < states.indexOf(`Undo ${second}`);

test.each(['G 1 ended', 'G 2 ended'])('fault 72: a group that fails at %s is undone as a whole, from the end of each branch', async (name) => {
  const { states, end, left } = await play(failing(name));
  expect(undone(states).sort()).toEqual(['A', 'B', 'C', 'D', 'E']);
  expect([before(states, 'C', 'B'), before(states, 'D', 'B'), before(states, 'B', 'A'), before(states, 'E', 'A')]).toEqual([true, true, true, true]);
  expect(states).not.toContain('F');
  expect({ end, left }).toEqual({ end: 'SagaFailed', left: [] });
});

test.each(['H 1 ended', 'H 2 ended'])('fault 72: a group in a group that fails at %s, too', async (name) => {
  const { states, end, left } = await play(failing(name));
  expect(undone(states).sort()).toEqual(['A', 'B', 'C', 'D', 'E']);
  expect([before(states, 'C', 'B'), before(states, 'B', 'A')]).toEqual([true, true]);
  expect({ end, left }).toEqual({ end: 'SagaFailed', left: [] });
});

test.each([
  ['Undo G 1 undone', 'G'],
  ['Undo H 1 undone', 'H'],
])('a group that fails at %s, on the way back, ends where it is found, and what is before it is undone', async (name, lost) => {
  const { states, end, answer } = await play(failing(name), 'F');
  expect(states.at(-1)).toBe('Undo A');
  expect({ end, answer }).toMatchObject({ end: 'ParkingFailed', answer: { lost: { [lost]: { Error: 'States.DataLimitExceeded' } } } });
});
