import type { OrderPlaced } from '../order-placed';

/**
 * What the saga hands to a step. Every attempt gets the same `idempotencyKey`, and attempts may overlap: what a step does, it does once for that key.
 * `results.<Step>` holds what an earlier step returned.
 */
export interface StepEvent {
  readonly step: string;
  /** ARN of the execution. */
  readonly execution: string;
  readonly idempotencyKey: string;
  readonly input: OrderPlaced;
  readonly results: Record<string, { readonly value?: unknown; readonly discarded?: true }>;
}

/**
 * What it hands to a compensation, which has a key of its own. `actionKey` is the key of the step to undo. That step may have done its work or not,
 * or may be doing it still: whatever it is, nothing of it may be there in the end.
 */
export interface UndoEvent extends StepEvent {
  readonly actionKey: string;
  readonly error: object;
}
