import { Names, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

/** A log group of ours: kept for a month unless told otherwise, removed with the stack. */
export function ownLogGroup(scope: Construct, id: string, retention?: logs.RetentionDays): logs.LogGroup {
  return logGroup(scope, id, retention);
}

/**
 * The same for a service whose logs are delivered by a policy of the account: one that all groups share which have a name of this kind.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/bp-cwl.html
 */
export function deliveredLogGroup(scope: Construct, id: string, service: string, retention?: logs.RetentionDays): logs.LogGroup {
  return logGroup(scope, id, retention, `/aws/vendedlogs/${service}/${Stack.of(scope).stackName}/${Names.uniqueResourceName(scope, { maxLength: 200 })}`);
}

function logGroup(scope: Construct, id: string, retention?: logs.RetentionDays, logGroupName?: string): logs.LogGroup {
  return new logs.LogGroup(scope, id, {
    logGroupName,
    retention: retention ?? logs.RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  });
}
