import { stockOf } from './amounts';
import { undo } from './booking';
import type { UndoEvent } from './step-event';

/** Puts the order's items back. */
export async function handler({ actionKey, input }: UndoEvent): Promise<void> {
  await undo(actionKey, stockOf(input));
}
