import { allMatched, fieldsOf } from './event-fields';
import { alternatives } from './pattern-syntax';

/**
 * Refuses what EventBridge would refuse at deployment: a pattern that is not one, as the JSON document that EventBridge takes.
 *
 * EventBridge runs on the open source library event-ruler: `tools/ruler` records its verdicts on thousands of patterns, and the tests hold
 * ours against them.
 */
export function checkPattern(prop: string, pattern: Record<string, any>): void {
  alternatives(prop, pattern);
}

/**
 * Whether EventBridge would hand the event to a rule with this pattern.
 *
 * Numbers are those of JavaScript: texts of numbers that differ only beyond its precision are equal here.
 */
export function matchesPattern(pattern: Record<string, any>, event: Record<string, any>): boolean {
  const fields = fieldsOf(event);
  return alternatives('pattern', pattern).some((alternative) => allMatched(alternative, fields));
}
