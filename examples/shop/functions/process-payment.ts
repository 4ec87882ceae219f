import { priceOf } from './amounts';
import { book } from './booking';
import type { StepEvent } from './step-event';

class CardDeclined extends Error {
  readonly name = 'CardDeclined'; // the saga knows its final errors by name
}

/** Takes the order's total off the customer's account. */
export async function handler({ idempotencyKey, input }: StepEvent): Promise<object> {
  await book(idempotencyKey, priceOf(input), new CardDeclined(`the account does not cover ${input.total}`));
  return { paid: input.total };
}
