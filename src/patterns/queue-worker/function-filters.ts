import { Annotations, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { plainDocument } from '../../foundation/event-pattern/pattern-document';
import { checkUserPattern } from '../../foundation/event-pattern/user-pattern';
import { inOrder } from '../../foundation/in-order';
import { inputError } from '../../foundation/input-error';

/** What of a message Lambda may look at. Of these its documentation names `body` only. */
const FIELDS = ['body', 'messageAttributes', 'attributes', 'messageId', 'eventSourceARN', 'awsRegion'];

/** Patterns as Lambda takes them. Lambda deletes what matches none, so a pattern that matches nothing deletes all. */
export function functionFilters(scope: Construct, filters?: Array<Record<string, any>>): Array<Record<string, any>> | undefined {
  if (filters && (filters.length < 1 || filters.length > 5)) throw inputError('filters', 'must have 1 to 5 patterns', filters.length);
  return filters?.map((pattern) => {
    const shown = JSON.stringify(pattern);
    if (typeof pattern.pattern === 'string') throw inputError('filters', 'must be plain patterns such as { body: { kind: [\'invoice\'] } }, not FilterCriteria', shown);
    const unknown = Object.keys(pattern).find((field) => !FIELDS.includes(field));
    if (unknown) throw inputError('filters', `must ask for fields of a message, as in { body: { ${unknown}: [...] } }: what matches no filter is deleted`, shown);
    checkUserPattern('filters', plainDocument(pattern));
    if (Object.keys(pattern).some((field) => field !== 'body')) {
      Annotations.of(scope).addWarningV2(
        'cdk-serverless-patterns:undocumentedFilter',
        'Lambda documents filters on the body of an SQS message only: try the others before you rely on them, since what matches no filter is deleted',
      );
    }
    return { pattern: Stack.of(scope).toJsonString(inOrder(pattern)) };
  });
}
