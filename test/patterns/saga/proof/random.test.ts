/** Larger sagas by chance: nested groups, results that are discarded, functions that fail in any order, branches that overlap in other ways. */
import { setImmediate } from 'timers/promises';
import * as fc from 'fast-check';
import { DYING, FINAL, PASSING } from './attempts';
import { Comparison } from './compare';
import { callOf } from './interpreter';
import { predict, Shape } from './model';
import { Attempt, BROKEN, Outcome, SUCCESS } from './outcomes';

const MOST_STEPS = 8;

/** Takes some neighbours as the branches of a group, which a later one may take in turn. */
interface Wrap {
  readonly from: number;
  readonly length: number;
  readonly cuts: number[];
}

function wrapped(shape: Shape, { from, length, cuts }: Wrap, name: string): Shape {
  const start = from % shape.length;
  const inside = shape.slice(start, start + length);
  if (inside.length < 2) return shape;
  const ends = [...new Set(cuts.map((cut) => 1 + cut % (inside.length - 1)))].sort();
  const branches = [0, ...ends].map((first, branch) => inside.slice(first, ends[branch]));
  return [...shape.slice(0, start), { name, branches }, ...shape.slice(start + length)];
}

const unnamed = fc.record({ kind: fc.constantFrom('compensated' as const, 'compensated' as const, 'readOnly' as const), discardResult: fc.boolean() });
const steps = fc.array(unnamed, { minLength: 1, maxLength: MOST_STEPS - 1, size: 'max' });
const cuts = fc.array(fc.nat(3), { minLength: 1, maxLength: 2 });
const wraps = fc.array(fc.record({ from: fc.nat(MOST_STEPS), length: fc.integer({ min: 2, max: 5 }), cuts }), { maxLength: 4, size: 'max' });
const shapes = fc.tuple(steps, wraps, fc.boolean()).map(([before, groups, hasPivot]): Shape => {
  const line: Shape = before.map((one, at) => ({ ...one, name: `S${at + 1}` }));
  const shape = groups.reduce((all, one, at) => wrapped(all, one, `G${at + 1}`), line);
  return hasPivot ? [...shape, { name: `S${line.length + 1}`, kind: 'pivot' }] : shape;
});

const failing = (...names: string[]) => fc.record({ effect: fc.boolean(), error: fc.constantFrom(...names) });
/** Attempts that are tried again, mixed, then one that is not, or that one for ever. A final error keeps its promise: there was no effect before. */
const actions = fc.tuple(
  fc.array(failing(...PASSING, ...DYING), { maxLength: 4 }),
  fc.oneof({ arbitrary: fc.constant({ effect: true }), weight: 4 }, fc.constant({ error: FINAL }), failing('TypeError', ...PASSING, ...DYING)),
).map(([before, last]: [Attempt[], Attempt]): Outcome => [...(last.error === FINAL ? before.map(({ error }) => ({ error })) : before), last]);
const undoings = fc.oneof(
  { arbitrary: fc.constant(SUCCESS), weight: 2 },
  fc.integer({ min: 1, max: 12 }).map((times): Outcome => [...Array(times).fill({ error: 'Anything' }), { effect: true }]),
  fc.constant(BROKEN),
);

/** What happens at a step, and how long its functions take, in turns of the event loop. */
const events = fc.record({ action: actions, compensation: undoings, park: undoings, turns: fc.integer({ min: 0, max: 2 }) });
const executions = fc.array(fc.array(events, { minLength: MOST_STEPS, maxLength: MOST_STEPS }), { maxLength: 6 });

test('random sagas do what the model says', async () => {
  await fc.assert(fc.asyncProperty(shapes, executions, async (shape, all) => {
    const comparison = new Comparison(shape);
    for (const execution of all) {
      const at = (step: string) => execution[Number(step.slice(1)) - 1];
      const chosen = new Map<string, Outcome>();
      const expected = predict(shape, (step, kind) => {
        chosen.set(`${kind} ${step}`, at(step)[kind]);
        return at(step)[kind];
      });
      const before = async (state: string) => {
        for (let turn = 0; turn < at(callOf(state).step).turns; turn++) await setImmediate();
      };
      expect(await comparison.differences({ chosen, before }, expected)).toEqual([]);
    }
  }), { numRuns: 200 });
}, 120_000);
