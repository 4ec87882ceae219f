import { checkPattern } from './event-pattern';
import { inputError } from '../input-error';

/** Refuses what EventBridge would refuse, and what surely means something else to EventBridge than to the user. */
export function checkUserPattern(prop: string, pattern: Record<string, any>): void {
  checkPattern(prop, pattern);
  checkOperatorsAreWrapped(prop, pattern, []);
}

/**
 * Refuses `{ total: { numeric: ['>', 1] } }`: EventBridge takes `numeric` for the name of a field and never matches, where
 * `{ total: [{ numeric: ['>', 1] }] }` was meant. Names that a field may well have (`prefix`, `exists`, ...) are let through.
 */
function checkOperatorsAreWrapped(prop: string, pattern: Record<string, any>, path: string[]): void {
  for (const [key, value] of Object.entries(pattern)) {
    if (['numeric', 'anything-but', 'equals-ignore-case'].includes(key)) {
      throw inputError(prop, `must have the operator ${key} in an array at '${path.join('.')}', as in [{ '${key}': ... }]`, JSON.stringify(pattern));
    }
    const nested = Array.isArray(value) ? (key === '$or' ? value : []) : [value];
    for (const inner of nested) {
      if (typeof inner === 'object' && inner !== null) checkOperatorsAreWrapped(prop, inner, key === '$or' ? path : [...path, key]);
    }
  }
}
