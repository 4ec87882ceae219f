import { isGroup, Planned, stepsOf } from './plan';
import { inputError } from '../../foundation/input-error';

/** What only shows when all steps are together. */
export function checkPlan(items: Planned[]): void {
  if (items.length === 0) throw inputError('steps', 'must be at least one', items.length);
  const names = namesOf(items);
  const twice = names.find((name, n) => names.indexOf(name) !== n);
  if (twice) throw inputError('name', 'must be that of one step only, also over all branches', twice);
  const last = items.at(-1);
  const early = stepsOf(items).find((step) => step.isPivot && step !== last);
  if (!early) return;
  throw inputError(
    'steps',
    'must have a step without compensation at the end only, where nothing can fail after it (give it a compensation; or say by readOnly why it has no effect)',
    early.name,
  );
}

function namesOf(items: Planned[]): string[] {
  return items.flatMap((item) => [item.name, ...isGroup(item) ? item.branches.flatMap(namesOf) : []]);
}
