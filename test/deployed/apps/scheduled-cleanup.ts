/** Cleanups whose function is held up or killed when a test says so. */
import { join } from 'path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { outputs } from '../../../integ/support/apps';
import { AlarmActions, CleanupTarget, ScheduledCleanup, ScheduledCleanupProps, TimestampFormat } from '../../../src';

const stack = new Stack(new App(), 'Cleanups');
AlarmActions.of(stack).none('a test');
const encryptionKey = new kms.Key(stack, 'Key', { enableKeyRotation: true });

const cleanups: Record<string, Partial<ScheduledCleanupProps>> = {
  Plain: {},
  Limited: { maxDeletes: 100 },
  Dry: { dryRun: true },
  Firing: { schedule: ScheduleExpression.at(new Date(process.env.AT!)), encryptionKey },
};
for (const [name, props] of Object.entries(cleanups)) {
  const table = new dynamodb.Table(stack, `${name}Items`, {
    partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
    sortKey: { name: 'sk', type: dynamodb.AttributeType.STRING },
    billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
    encryptionKey: props.encryptionKey,
  });
  const cleanup = new ScheduledCleanup(stack, name, {
    target: CleanupTarget.items(table, { timestamp: 'at', format: TimestampFormat.EPOCH_SECONDS }),
    olderThan: Duration.days(30),
    schedule: ScheduleExpression.rate(Duration.days(7)),
    ...props,
  });
  (cleanup.function as lambda.Function).addEnvironment('NODE_OPTIONS', `--require ${join(__dirname, '../../support/held-up.cjs')}`);
  (cleanup.function as lambda.Function).addEnvironment('HOLD_UPS', process.env.HOLD_UPS!);
  outputs(stack, { [`${name}Arn`]: cleanup.stateMachine.stateMachineArn, [`${name}Table`]: table.tableName, [`${name}Function`]: cleanup.function.functionName });
}
