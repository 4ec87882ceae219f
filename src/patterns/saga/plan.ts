import type { SagaStepOptions } from './saga-step';
import type { ISagaTask } from './saga-task';

/** A step as its user wrote it down. */
export interface PlannedStep {
  readonly name: string;
  readonly action: ISagaTask;
  readonly compensation?: ISagaTask;
  /** Nothing can undo it, and nothing comes after it. A step that is no pivot and has no compensation has no effect. */
  readonly isPivot?: boolean;
  /** Why it has no compensation. */
  readonly reason?: string;
  readonly options: SagaStepOptions;
}

/** Steps side by side. */
export interface Group<Step> {
  readonly name: string;
  readonly branches: Array<Item<Step>[]>;
}

export type Item<Step> = Step | Group<Step>;
export type Planned = Item<PlannedStep>;

interface Undoable { readonly name: string; readonly compensation?: unknown; readonly isPivot?: boolean }

export function isGroup<Step extends Undoable>(item: Item<Step>): item is Group<Step> {
  return 'branches' in item;
}

/** The steps in groups, too. */
export function stepsOf<Step extends Undoable>(items: Item<Step>[]): Step[] {
  return items.flatMap((item) => isGroup(item) ? item.branches.flatMap((branch) => stepsOf(branch)) : [item]);
}

/** The groups, those in groups too. */
export function groupsOf<Step extends Undoable>(items: Item<Step>[]): Group<Step>[] {
  return items.flatMap((item) => isGroup(item) ? [item, ...item.branches.flatMap((branch) => groupsOf(branch))] : []);
}

/** The names of steps and groups. */
export function namesOf<Step extends Undoable>(items: Item<Step>[]): string[] {
  return [...stepsOf(items), ...groupsOf(items)].map(({ name }) => name);
}

/** The same saga of other steps. */
export function mapSteps<From extends Undoable, To extends Undoable>(items: Item<From>[], map: (step: From) => To): Item<To>[] {
  return items.map((item) => isGroup(item) ? { name: item.name, branches: item.branches.map((branch) => mapSteps(branch, map)) } : map(item));
}

/** Whether what it did may have to be kept for repair: because its compensation failed, or because it has none. */
export function isParkable({ compensation, isPivot }: Undoable): boolean {
  return Boolean(compensation ?? isPivot);
}

/** Whether there is something to compensate. */
export function isUndoable<Step extends Undoable>(item: Item<Step>): boolean {
  return stepsOf([item]).some(({ compensation }) => compensation !== undefined);
}
