import { Stack, Token } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import { inputError } from '../../foundation/input-error';

/** A pattern as EventBridge takes it. `events.Match` makes tokens, and the CDK writes one name in its own way. */
export function patternDocument(pattern: events.EventPattern): Record<string, any> {
  refuseLostNull(pattern, []);
  const { detailType, ...others } = new Stack().resolve(pattern);
  return detailType === undefined ? others : { ...others, 'detail-type': detailType };
}

/** A null of Python, Java or Go comes here as undefined, and would be left out without a word. */
function refuseLostNull(value: unknown, path: string[]): void {
  if (typeof value !== 'object' || value === null || Token.isUnresolved(value)) return;
  for (const [key, inner] of Object.entries(value)) {
    if (Array.isArray(value) && inner === undefined) {
      throw inputError(path.join('.'), 'must have null as events.Match.nullValue() or JsonNull.INSTANCE in this language', inner);
    }
    refuseLostNull(inner, [...path, key]);
  }
}

/** A resolved document with a text in place of what is known at deployment only. */
export function withoutReferences(value: any): any {
  if (Array.isArray(value)) return value.map(withoutReferences);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  if (entries.length === 1 && (entries[0][0].startsWith('Fn::') || (entries[0][0] === 'Ref' && typeof entries[0][1] === 'string'))) return '<token>';
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutReferences(inner)]));
}
