import { Token } from 'aws-cdk-lib';

/** A copy of a document of the user's, in an order of its own: maps of Java and Go have none, and another order must not be another deployment. */
export function inOrder(value: unknown): any {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null || Token.isUnresolved(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1).map(([key, inner]) => [key, inOrder(inner)]));
}
