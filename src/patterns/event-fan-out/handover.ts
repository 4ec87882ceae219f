import * as events from 'aws-cdk-lib/aws-events';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { mark, marked } from '../../foundation/mark';

export const EVENTBRIDGE = 'events.amazonaws.com';

/** What our own subscribers tell of a rule's target. */
export interface Handover {
  /** Where events wait. */
  readonly queue?: sqs.IQueue;
  /** Whose code handles them: it may publish again. */
  readonly consumer?: lambda.IFunction;
}

const HANDOVER = 'handover';

/** Notes it on the rule: a target that a subscriber in another language passes on comes back as a copy of what the CDK declares. */
export function noteHandover(rule: events.IRule, handover: Handover): void {
  mark(rule, HANDOVER, handover);
}

export function handoverOf(rule: events.IRule): Handover {
  return marked<Handover>(rule, HANDOVER) ?? {};
}
