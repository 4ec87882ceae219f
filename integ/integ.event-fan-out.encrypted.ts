/** All under one customer-managed key, with consumers of another stack, on a bus of its own and on the default bus. */
import { ExpectedResult, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { Duration, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { AlarmActions, EventContract, EventFanOut, Subscriber } from '../src';
import { integApp, outputs } from './support/apps';
import { ledger, queueConsumer } from './support/consumers';

const app = integApp();
const home = new Stack(app, 'IntegEventFanOutFunctions');
const table = ledger(home);
const own = queueConsumer(home, 'OwnBus', table);
const shared = queueConsumer(home, 'DefaultBus', table);

const stack = new Stack(app, 'IntegEventFanOutEncrypted');
const encryptionKey = new kms.Key(stack, 'Key', { enableKeyRotation: true });
const onCall = new sns.Topic(stack, 'OnCall', { masterKey: encryptionKey, enforceSSL: true });
const told = new sqs.Queue(stack, 'Told'); // without the key: the CDK's subscription would refer from the key to the topic, which refers to the key
onCall.addSubscription(new SqsSubscription(told));
AlarmActions.of(stack).addTopic(onCall);

const thingHappened = new EventContract({ source: 'integ.encrypted', detailType: 'ThingHappened' });
const fanOut = new EventFanOut(stack, 'Things', { encryptionKey, archiveRetention: Duration.days(1) });
const { deadLettersAlarm } = fanOut.subscribe('Consumer', { on: thingHappened.all(), to: Subscriber.function(own) });
fanOut.subscribe('Again', { on: thingHappened.where({ total: [{ numeric: ['>', 0] }] }), to: Subscriber.function(own) });
const onDefault = new EventFanOut(stack, 'Default', { encryptionKey, eventBus: events.EventBus.fromEventBusName(stack, 'DefaultBus', 'default') });
onDefault.subscribe('Consumer', { on: thingHappened.all(), to: Subscriber.function(shared) });
outputs(stack, { Bus: fanOut.eventBus.eventBusName, ToldUrl: told.queueUrl, AlarmName: deadLettersAlarm!.alarmName });
outputs(home, { LedgerName: table.tableName });

const integ = new IntegTest(app, 'EventFanOutEncrypted', {
  testCases: [home],
  cdkCommandOptions: { destroy: { args: { force: true } } },
});
const entries = [fanOut.eventBus.eventBusName, 'default'].map((EventBusName) => ({
  EventBusName, Source: 'integ.encrypted', DetailType: 'ThingHappened', Detail: '{"id":"1","total":1}',
}));
const put = integ.assertions.awsApiCall('EventBridge', 'putEvents', { Entries: entries });
put.provider.addToRolePolicy({ Effect: 'Allow', Action: ['events:PutEvents'], Resource: ['*'] });
put.expect(ExpectedResult.objectLike({ FailedEntryCount: 0 }));
for (const [consumer, times] of [['OwnBus', '2'], ['DefaultBus', '1']]) {
  const handled = integ.assertions.awsApiCall('DynamoDB', 'getItem', { TableName: table.tableName, Key: { consumer: { S: consumer }, id: { S: '1' } } });
  handled.provider.addToRolePolicy({ Effect: 'Allow', Action: ['dynamodb:GetItem'], Resource: [table.tableArn] });
  handled.expect(ExpectedResult.objectLike({ Item: { times: { N: times } } }))
    .waitForAssertions({ totalTimeout: Duration.minutes(1), interval: Duration.seconds(2) });
  put.next(handled);
}
