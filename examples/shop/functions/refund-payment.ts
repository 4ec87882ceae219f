import { priceOf } from './amounts';
import { undo } from './booking';
import type { UndoEvent } from './step-event';

class AccountFrozen extends Error {
  readonly name = 'AccountFrozen';
}

/** Pays the order's total back, which a frozen account does not take. */
export async function handler({ actionKey, input }: UndoEvent): Promise<void> {
  await undo(actionKey, priceOf(input), { attribute: 'frozen', error: new AccountFrozen(`the account of ${input.customer} is frozen`) });
}
