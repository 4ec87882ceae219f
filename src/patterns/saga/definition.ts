import { BoundStep } from './bound-step';
import { isGroup, isUndoable, Item, stepsOf } from './plan';
import { COMPENSATED, COMPENSATION_FAILED } from './saga-metrics';
import { actionState, compensationState, countState, parkingName, parkingState, State, Surroundings, undoName } from './task-states';

export type States = Record<string, State>;
type BoundItem = Item<BoundStep>;

/** Errors of an execution that ended as it should. */
export const SAGA_FAILED = 'SagaFailed';
export const COMPENSATION_FAILED_ERROR = 'CompensationFailed';

/**
 * The states of a saga in Amazon States Language: a way forward, and one way back that every failure enters at its own place.
 *
 * All paths are the generator's own, and lead to what is there from the beginning: a path that leads nowhere could not be caught.
 */
export function sagaStates(items: BoundItem[], surroundings: Surroundings): States {
  return {
    'Begin saga': { Type: 'Pass', Result: { results: {}, error: Object.fromEntries(KINDS.map((kind) => [kind, {}])) }, Next: items[0].name },
    ...forward(items, 'Saga complete', {
      certain: (n) => lastUndo(items.slice(0, n), 'Report failure'),
      uncertain: (n) => entryOf(items, n),
    }),
    'Saga complete': { Type: 'Pass', Parameters: { 'input.$': '$$.Execution.Input', 'results.$': '$.results' }, End: true },
    ...backward(items, 'Report failure', surroundings),
    ...ends(stepsOf(items), surroundings),
  };
}

/** What is known of the failures: certainly without effect, of unknown outcome, not undone but parked, not even parked. */
const KINDS = ['failed', 'unknown', 'parked', 'lost'];

/** Where the failure of an item goes. */
interface Failures { readonly certain: (n: number) => string; readonly uncertain: (n: number) => string }

function forward(items: BoundItem[], end: string, failures: Failures): States {
  return merged(items.map((item, n): States => {
    const next = items[n + 1]?.name ?? end;
    if (!isGroup(item)) return { [item.name]: actionState(item, { next, failed: failures.certain(n), unknown: failures.uncertain(n) }) };
    const complete = `${item.name} complete?`;
    const failed = stepsOf([item]).flatMap(({ name }) => [`$.error.failed.${name}`, `$.error.unknown.${name}`]);
    return {
      [item.name]: {
        Type: 'Parallel',
        Branches: item.branches.map((branch, k) => forwardBranch(branch, `${item.name} ${k + 1}`)),
        ResultSelector: joined(item.branches.length),
        Next: complete,
      },
      [complete]: { Type: 'Choice', Choices: [whenPresent(failed, failures.uncertain(n))], Default: next },
    };
  }));
}

/** A branch that failed would cancel the others in the midst of their effects: it stops, and the choice behind the group sees it. */
function forwardBranch(items: BoundItem[], label: string) {
  const end = `${label} ended`;
  const stop = () => end;
  return { StartAt: items[0].name, States: { ...forward(items, end, { certain: stop, uncertain: stop }), [end]: { Type: 'Succeed' } } };
}

function backward(items: BoundItem[], end: string, surroundings: Surroundings): States {
  return merged(items.map((item, n): States => {
    const next = lastUndo(items.slice(0, n), end);
    if (isGroup(item)) return isUndoable(item) ? { [undoName(item.name)]: undoGroup(item.name, item.branches, surroundings, next) } : {};
    if (item.isPivot) return { [parkingName(item.name)]: parkingState(item, surroundings, next) };
    if (!item.compensation) return {};
    return {
      [undoName(item.name)]: compensationState(item.name, item.compensation, next),
      [parkingName(item.name)]: parkingState(item, surroundings, next),
    };
  }));
}

function undoGroup(name: string, branches: BoundItem[][], surroundings: Surroundings, next: string): State {
  const undone = branches.filter((branch) => branch.some(isUndoable));
  return {
    Type: 'Parallel',
    Branches: undone.map((branch, k) => undoBranch(branch, `${undoName(name)} ${k + 1}`, surroundings)),
    ResultSelector: joined(undone.length),
    Next: next,
  };
}

/** Begins behind the last item that may have had an effect: how far the branch had come is known by what is there of its steps. */
function undoBranch(items: BoundItem[], label: string, surroundings: Surroundings) {
  const [start, end] = [`${label} from`, `${label} undone`];
  const entries = [...items].reverse().filter(isUndoable).map((item) => whenPresent(
    stepsOf([item]).flatMap(({ name }) => [`$.results.${name}`, `$.error.unknown.${name}`]), undoName(item.name),
  ));
  return {
    StartAt: start,
    States: { [start]: { Type: 'Choice', Choices: entries, Default: end }, ...backward(items, end, surroundings), [end]: { Type: 'Succeed' } },
  };
}

/** How an execution ends that failed. */
function ends(steps: BoundStep[], surroundings: Surroundings): States {
  const parkable = steps.filter(({ compensation, isPivot }) => compensation ?? isPivot);
  const lost = parkable.map(({ name }) => `$.error.lost.${name}`);
  const parked = parkable.map(({ name, isPivot }) => `$.error.${isPivot ? 'unknown' : 'parked'}.${name}`);
  const failed = countState(COMPENSATED, surroundings, 'Saga failed');
  return {
    'Report failure': {
      Type: 'Pass', Parameters: { 'error.$': '$.error', 'cause.$': 'States.JsonToString($.error)' }, Next: parkable.length > 0 ? 'All undone?' : 'Count compensated',
    },
    ...parkable.length > 0 && {
      'All undone?': {
        Type: 'Choice',
        Choices: [whenPresent(lost, 'Parking failed'), whenPresent(parked, 'Count compensation failed')],
        Default: 'Count compensated',
      },
      'Parking failed': { Type: 'Fail', Error: 'ParkingFailed', CausePath: '$.cause' },
      'Count compensation failed': countState(COMPENSATION_FAILED, surroundings, 'Compensation failed'),
      'Compensation failed': { Type: 'Fail', Error: COMPENSATION_FAILED_ERROR, CausePath: '$.cause' },
    },
    'Count compensated': failed,
    'Saga failed': { Type: 'Fail', Error: SAGA_FAILED, CausePath: '$.cause' },
  };
}

/** Where the way back begins when the outcome of an item is unknown. */
function entryOf(items: BoundItem[], n: number): string {
  const item = items[n];
  return !isGroup(item) && item.isPivot ? parkingName(item.name) : lastUndo(items.slice(0, n + 1), 'Report failure');
}

/** The last of them that can be undone. */
function lastUndo(items: BoundItem[], end: string): string {
  const last = [...items].reverse().find(isUndoable);
  return last ? undoName(last.name) : end;
}

function whenPresent(paths: string[], Next: string): State {
  const rules = paths.map((Variable) => ({ Variable, IsPresent: true }));
  return rules.length === 1 ? { ...rules[0], Next } : { Or: rules, Next };
}

/** One state of what the branches of a group have: States.JsonMerge takes two, and nests no deeper than ten. */
function joined(branches: number): State {
  const merge = (path: string) => Array.from({ length: branches }, (_, k) => `$[${k}].${path}`)
    .reduceRight((others, one) => `States.JsonMerge(${one}, ${others}, false)`);
  return { 'results.$': merge('results'), 'error': Object.fromEntries(KINDS.map((kind) => [`${kind}.$`, merge(`error.${kind}`)])) };
}

function merged(states: States[]): States {
  return Object.assign({}, ...states);
}
