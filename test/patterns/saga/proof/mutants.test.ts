/** The proof of the proof: a machine with one fault is noticed. */
import { Machine, machineOf, State } from './build';
import { Comparison } from './compare';
import { statesOf } from './interpreter';
import { predict, Shape } from './model';
import { everyChoice, Menu } from './outcomes';
import { group, LOST, PARKED, pivot, readOnly, step } from './shapes';

const LINE: Shape = [step('A'), readOnly('B'), step('C'), pivot('D')];
const GROUP: Shape = [step('A'), group('G', [step('B'), step('C')], [step('D')])];
const PAIR: Shape = [group('G', [step('A')], [step('B')])];
const DISCARDING: Shape = [{ ...step('A'), discardResult: true }, step('B')];

const text = (from: string | RegExp, to: string) => (machine: Machine): Machine => JSON.parse(JSON.stringify(machine).replaceAll(from, () => to));
const state = (name: string, change: (found: Mutable) => void) => (machine: Machine): Machine => {
  const copy: Machine = JSON.parse(JSON.stringify(machine));
  change(statesOf(copy).find(([one]) => one === name)![1]);
  return copy;
};
type Mutable = { -readonly [K in keyof State]: State[K] } & Record<string, any>;

/** The fate of an error at a state. */
const row = (list: { ErrorEquals: string[] }[] | undefined, error: string): any => list!.find(({ ErrorEquals }) => ErrorEquals.includes(error));

const MUTANTS: [fault: string, shape: Shape, menu: Menu, mutate: (machine: Machine) => Machine][] = [
  ['a compensation is left out', LINE, PARKED, state('Undo C', (undo) => { undo.Next = 'Report failure'; })],
  ['compensations run in the order of their actions', LINE, PARKED, (machine) => [
    state('Undo C', (undo) => { undo.Next = 'Report failure'; }),
    state('Undo A', (undo) => { undo.Next = 'Undo C'; }),
    state('D', ({ Catch }) => { Catch![0].Next = 'Undo A'; }),
  ].reduce((all, mutate) => mutate(all), machine)],
  ['an unknown outcome is not compensated', LINE, PARKED, state('C', ({ Catch }) => { row(Catch, 'States.ALL').Next = 'Undo A'; })],
  ['a final error is compensated', LINE, PARKED, state('C', ({ Catch }) => { row(Catch, 'Final').Next = 'Undo C'; })],
  ['a final error is not caught by its name', LINE, PARKED, state('C', (task) => { task.Catch = task.Catch!.slice(1); })],
  ['a final error is retried', LINE, PARKED, state('C', ({ Retry }) => { row(Retry, 'Final').MaxAttempts = 1; })],
  ['a passing error is not retried', LINE, PARKED, text('"Lambda.ServiceException",', '')],
  ['a timeout is retried once only', LINE, PARKED, state('C', ({ Retry }) => { row(Retry, 'States.Timeout').MaxAttempts = 1; })],
  ['a compensation is tried ten times only', LINE, PARKED, state('Undo C', ({ Retry }) => { Retry![0].MaxAttempts = 9; })],
  ['what is parked ends the way back', LINE, PARKED, state('Park C', (park) => { park.Next = 'Report failure'; })],
  ['what cannot be parked ends the way back', LINE, LOST, state('Park C', ({ Catch }) => { row(Catch, 'States.ALL').Next = 'Report failure'; })],
  ['what cannot be parked is forgotten', LINE, LOST, state('Park C', ({ Catch }) => { row(Catch, 'States.ALL').ResultPath = null; })],
  ['an unknown pivot is not parked', LINE, PARKED, state('D', ({ Catch }) => { row(Catch, 'States.ALL').Next = 'Undo C'; })],
  ['a compensation that failed is not looked at', LINE, PARKED, text('$.error.parked.C","IsPresent"', '$.error.parked.X","IsPresent"')],
  ['keys differ between retries', LINE, PARKED, state('A', ({ Parameters }) => { Parameters.Payload['idempotencyKey.$'] = 'States.UUID()'; })],
  ['two steps share a key', LINE, PARKED, text('{}/C/action', '{}/A/action')],
  ['a compensation has the key of its action', LINE, PARKED, text('{}/C/compensation', '{}/C/action')],
  ['a compensation does not know the error', LINE, PARKED, state('Undo C', ({ Parameters }) => { delete Parameters.Payload['error.$']; })],
  ['a compensation gets another function', LINE, PARKED, text('function:UndoC"', 'function:UndoA"')],
  ['a result that is discarded is kept', DISCARDING, PARKED, state('A', (task) => { task.ResultSelector = { 'value.$': '$.Payload' }; })],
  ['a group does not see its first branch fail', PAIR, PARKED, text('$.error.failed.A","IsPresent"', '$.error.failed.X","IsPresent"')],
  ['a group forgets what its second branch did', GROUP, PARKED, text('States.JsonMerge($[0].results, $[1].results, false)', '$[0].results')],
  ['a group forgets what its second branch parked', GROUP, PARKED, text('States.JsonMerge($[0].parked, $[1].parked, false)', '$[0].parked')],
  ['a branch is undone by its last step only', GROUP, PARKED, state('Undo C', (undo) => { undo.Next = 'Undo G 1 undone'; })],
  ['a group is not undone', GROUP, PARKED, state('G complete?', (choice) => { choice.Choices[0].Next = 'Undo A'; })],
  ['failures are counted as compensated', LINE, PARKED, text('"Next":"Count compensation failed"', '"Next":"Count compensated"')],
];

test.each(MUTANTS)('%s', async (_, shape, menu, mutate) => {
  const machine = machineOf(shape);
  const mutant = mutate(machine);
  expect(mutant).not.toEqual(machine);
  const comparison = new Comparison(shape, mutant);
  for (const { chosen, result } of everyChoice(menu, (choice) => predict(shape, choice))) {
    if ((await comparison.differences({ chosen }, result)).length > 0) return;
  }
  throw new Error('the proof did not notice');
});
