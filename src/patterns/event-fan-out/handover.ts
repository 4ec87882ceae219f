import * as events from 'aws-cdk-lib/aws-events';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sqs from 'aws-cdk-lib/aws-sqs';

export const EVENTBRIDGE = 'events.amazonaws.com';

/** What our own subscribers tell besides the target. */
export interface Handover extends events.RuleTargetConfig {
  /** Where events wait. */
  readonly queue?: sqs.IQueue;
  /** Whose code handles them: it may publish again. */
  readonly consumer?: lambda.IFunction;
}
