import { namesOf, Planned, stepsOf } from './plan';
import { SagaProps } from './saga-props';
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

/** What waits in the two queues is handled in two ways. */
export function checkQueues({ failedCompensations: failed, uncaughtExecutions: uncaught, encryptionKey: key }: SagaProps): void {
  if (failed && failed === uncaught) throw inputError('uncaughtExecutions', 'must be another queue than failedCompensations', uncaught.node.path);
  if (failed && uncaught && key) throw inputError('encryptionKey', 'must not be given with two queues of your own, which have theirs', key.node.path);
}
