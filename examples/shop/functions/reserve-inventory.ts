import { stockOf } from './amounts';
import { book } from './booking';
import type { StepEvent } from './step-event';

class OutOfStock extends Error {
  readonly name = 'OutOfStock'; // the saga knows its final errors by name
}

/** Takes the order's items off the stock. */
export async function handler({ idempotencyKey, input }: StepEvent): Promise<object> {
  await book(idempotencyKey, stockOf(input), new OutOfStock(`there are not ${input.quantity} of ${input.item}`));
  return { reserved: input.quantity };
}
