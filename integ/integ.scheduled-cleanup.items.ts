/** Cleanups of tables: one that deletes, one that only counts, and one that may delete fewer than there are. */
import { ExpectedResult, IntegTest, Match } from '@aws-cdk/integ-tests-alpha';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as kms from 'aws-cdk-lib/aws-kms';
import { AlarmActions, CleanupTarget, ScheduledCleanup, ScheduledCleanupProps, TimestampFormat } from '../src';
import { integApp, outputs } from './support/apps';
import { namedRun } from './support/runs';

const app = integApp();
const stack = new Stack(app, 'IntegScheduledCleanupItems');
AlarmActions.of(stack).none('a test');
const encryptionKey = new kms.Key(stack, 'Key', { enableKeyRotation: true });

const table = new dynamodb.Table(stack, 'Items', {
  partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
  sortKey: { name: 'sk', type: dynamodb.AttributeType.NUMBER },
  billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
  pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
  encryptionKey,
  removalPolicy: RemovalPolicy.DESTROY,
});
const cleanup = (id: string, props: Partial<ScheduledCleanupProps> = {}) => new ScheduledCleanup(stack, id, {
  target: CleanupTarget.items(table, { timestamp: 'created_at' }), olderThan: Duration.days(30), ...props,
});
const counting = cleanup('Counting', { dryRun: true });
const deleting = cleanup('Deleting', { maxDeletes: 100, expectedEvery: Duration.days(1), encryptionKey });
const bounded = cleanup('Bounded', {
  target: CleanupTarget.items(table, { timestamp: 'touched', format: TimestampFormat.EPOCH_SECONDS, segments: 2 }), maxDeletes: 1, enabled: false,
});

outputs(stack, {
  TableName: table.tableName,
  CountingArn: counting.stateMachine.stateMachineArn,
  DeletingArn: deleting.stateMachine.stateMachineArn,
  BoundedArn: bounded.stateMachine.stateMachineArn,
});

const integ = new IntegTest(app, 'ScheduledCleanupItems', {
  testCases: [stack],
  cdkCommandOptions: { destroy: { args: { force: true } } },
});
const SCHEDULED = '2026-02-01T03:00:00Z';
const seconds = (text: string) => ({ N: `${Date.parse(text) / 1000}` });
const items = [
  { created_at: { S: '2026-01-01T00:00:00Z' } }, // the only one that is old by `created_at`
  { created_at: { S: '2026-01-31T00:00:00Z' }, touched: seconds('2025-01-01T00:00:00Z') },
  { created_at: seconds('2025-01-01T00:00:00Z'), touched: seconds('2025-01-01T00:00:00Z') },
  { touched: seconds('2026-01-31T00:00:00Z') },
];
const put = integ.assertions.awsApiCall('DynamoDB', 'batchWriteItem', {
  RequestItems: { [table.tableName]: items.map((item, n) => ({ PutRequest: { Item: { pk: { S: 'it' }, sk: { N: `${n}` }, ...item } } })) },
});
put.provider.addToRolePolicy({ Effect: 'Allow', Action: ['dynamodb:BatchWriteItem', 'dynamodb:Scan'], Resource: [table.tableArn] });
put.provider.addToRolePolicy({ Effect: 'Allow', Action: ['kms:Decrypt'], Resource: [encryptionKey.keyArn] });

const wait = { totalTimeout: Duration.minutes(2), interval: Duration.seconds(2) };
/** A run, started by hand, ends so. */
const runs = ({ stateMachine }: ScheduledCleanup, expected: object) =>
  namedRun(integ, stateMachine, 'run', SCHEDULED, ExpectedResult.objectLike(expected));
const counts = (old: number, deleted: number, unproven: number, scanned: number) => ({
  status: 'SUCCEEDED', output: Match.serializedJson({ scanned, old, deleted, kept: 0, unproven }),
});
const counted = runs(counting, counts(1, 0, 2, 4));
const deleted = runs(deleting, counts(1, 1, 2, 4));
const stopped = runs(bounded, { status: 'FAILED', error: 'TooManyDeletes' });
const left = integ.assertions.awsApiCall('DynamoDB', 'scan', { TableName: table.tableName, Select: 'COUNT', ConsistentRead: true })
  .expect(ExpectedResult.objectLike({ Count: 2 })).waitForAssertions(wait);

put.next(counted.start);
counted.end.next(deleted.start);
deleted.end.next(stopped.start);
stopped.end.next(left);
