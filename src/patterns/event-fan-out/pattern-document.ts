import { Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';

/** A pattern as EventBridge takes it. `events.Match` makes tokens, and the CDK writes one name in its own way. */
export function patternDocument(pattern: events.EventPattern): Record<string, any> {
  const { detailType, ...others } = new Stack().resolve(pattern);
  return detailType === undefined ? others : { ...others, 'detail-type': detailType };
}

/** A resolved document with a text in place of what is known at deployment only. */
export function withoutReferences(value: any): any {
  if (Array.isArray(value)) return value.map(withoutReferences);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  if (entries.length === 1 && (entries[0][0].startsWith('Fn::') || (entries[0][0] === 'Ref' && typeof entries[0][1] === 'string'))) return '<token>';
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutReferences(inner)]));
}
