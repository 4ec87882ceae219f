import { BoundStep } from './bound-step';
import { Group, groupsOf, isGroup, isParkable, isUndoable, Item, namesOf, stepsOf } from './plan';
import { COMPENSATED, COMPENSATION_FAILED } from './saga-metrics';
import { actionState, compensationState, countState, parkingName, parkingState, Surroundings, undoName } from './task-states';
import { catchAll, State } from '../../foundation/machine-state';

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
    'Saga complete': { Type: 'Pass', Parameters: { 'results.$': '$.results' }, End: true },
    ...backward(items, 'Report failure', surroundings, []),
    ...ends(items, surroundings),
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
    const failed = [...stepsOf([item]).map(({ name }) => `$.error.failed.${name}`), ...namesOf(item.branches.flat()).map(unknownPath)];
    return {
      [item.name]: {
        Type: 'Parallel',
        Branches: item.branches.map((branch, k) => forwardBranch(branch, `${item.name} ${k + 1}`)),
        ResultSelector: { 'results.$': mergedPath(item.branches.length, 'results'), 'error': mergedErrors(item.branches.length, 'error.') },
        // what the branches report may be too large together: then nobody knows how far they came
        Catch: catchAll({ ResultPath: unknownPath(item.name), Next: failures.uncertain(n) }),
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

/** `within` are the groups around, whose branches all begin at their end when it is not known how far they came. */
function backward(items: BoundItem[], end: string, surroundings: Surroundings, within: string[]): States {
  return merged(items.map((item, n): States => {
    const next = lastUndo(items.slice(0, n), end);
    if (isGroup(item)) return isUndoable(item) ? { [undoName(item.name)]: undoGroup(item, surroundings, [...within, item.name], next) } : {};
    if (item.isPivot) return { [parkingName(item.name)]: parkingState(item, surroundings, next) };
    if (!item.compensation) return {};
    return {
      [undoName(item.name)]: compensationState(item.name, item.compensation, item.nothingToUndo, next),
      [parkingName(item.name)]: parkingState(item, surroundings, next),
    };
  }));
}

function undoGroup({ name, branches }: Group<BoundStep>, surroundings: Surroundings, within: string[], next: string): State {
  const undone = branches.filter((branch) => branch.some(isUndoable));
  return {
    Type: 'Parallel',
    Branches: undone.map((branch, k) => undoBranch(branch, `${undoName(name)} ${k + 1}`, surroundings, within)),
    ResultSelector: mergedErrors(undone.length, ''),
    ResultPath: '$.error',
    Catch: catchAll({ ResultPath: `$.error.lost.${name}`, Next: next }),
    Next: next,
  };
}

/** Begins behind the last item that may have had an effect: how far the branch had come is known by what is there of its steps. */
function undoBranch(items: BoundItem[], label: string, surroundings: Surroundings, within: string[]) {
  const [start, end] = [`${label} from`, `${label} undone`];
  const entries = [...items].reverse().filter(isUndoable).map((item, n) => whenPresent([
    ...stepsOf([item]).map(({ name }) => `$.results.${name}`),
    ...namesOf([item]).map(unknownPath),
    ...n === 0 ? within.map(unknownPath) : [],
  ], undoName(item.name)));
  return {
    StartAt: start,
    States: {
      [start]: { Type: 'Choice', Choices: entries, Default: end },
      ...backward(items, end, surroundings, within),
      [end]: { Type: 'Succeed', OutputPath: '$.error' },
    },
  };
}

/** How an execution ends that failed. */
function ends(items: BoundItem[], surroundings: Surroundings): States {
  const parkable = stepsOf(items).filter(isParkable);
  const groups = groupsOf(items).filter(isUndoable);
  const lost = [...parkable, ...groups].map(({ name }) => `$.error.lost.${name}`);
  const parked = parkable.map(({ name, isPivot }) => `$.error.${isPivot ? 'unknown' : 'parked'}.${name}`);
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
    'Count compensated': countState(COMPENSATED, surroundings, 'Saga failed'),
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

function unknownPath(name: string): string {
  return `$.error.unknown.${name}`;
}

function whenPresent(paths: string[], Next: string): State {
  const rules = paths.map((Variable) => ({ Variable, IsPresent: true }));
  return rules.length === 1 ? { ...rules[0], Next } : { Or: rules, Next };
}

function mergedErrors(branches: number, prefix: string): State {
  return Object.fromEntries(KINDS.map((kind) => [`${kind}.$`, mergedPath(branches, prefix + kind)]));
}

/** One object of what the branches of a group have there: States.JsonMerge takes two, and nests no deeper than ten. */
function mergedPath(branches: number, path: string): string {
  return Array.from({ length: branches }, (_, k) => `$[${k}].${path}`).reduceRight((others, one) => `States.JsonMerge(${one}, ${others}, false)`);
}

function merged(states: States[]): States {
  return Object.assign({}, ...states);
}
