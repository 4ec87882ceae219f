/** Every kind of subscriber, dead letters of a consumer that fails and of one that is gone, and the archive. */
import { ExpectedResult, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { Annotations, Duration, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sns from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { AlarmActions, EventContract, EventFanOut, ISubscriber, Subscriber } from '../src';
import { inlineFunction, integApp, outputs } from './support/apps';
import { eventConsumer, ledger, queueConsumer } from './support/consumers';

const app = integApp();
const stack = new Stack(app, 'IntegEventFanOutSubscribers');
AlarmActions.of(stack).none('a test');
Annotations.of(stack).acknowledgeWarning('cdk-serverless-patterns:shortVisibility', 'retries of a test are quick');

const table = ledger(stack);
const buffered = queueConsumer(stack, 'Buffered', table);
const live = new lambda.Alias(stack, 'Live', { aliasName: 'live', version: buffered.currentVersion });
const direct = eventConsumer(stack, 'Direct', table);
const mended = eventConsumer(stack, 'Mended', table);
const queue = new sqs.Queue(stack, 'Own');
const fifo = new sqs.Queue(stack, 'Ordered', { fifo: true, contentBasedDeduplication: true });
const topic = new sns.Topic(stack, 'Topic', { enforceSSL: true });
const heard = new sqs.Queue(stack, 'Heard');
topic.addSubscription(new SqsSubscription(heard));
const machine = new sfn.StateMachine(stack, 'Machine', { definitionBody: sfn.DefinitionBody.fromChainable(new sfn.Pass(stack, 'Pass')) });
const audit = new logs.LogGroup(stack, 'Audit');

/** A target that was there once. */
class Gone implements ISubscriber {
  public bind(): events.RuleTargetConfig {
    return { arn: stack.formatArn({ service: 'sqs', resource: 'gone' }) };
  }
}

const thingHappened = new EventContract({ source: 'integ.things', detailType: 'ThingHappened', schema: { properties: { id: {}, total: { type: 'number' } } } });
const fanOut = new EventFanOut(stack, 'Things', { archiveRetention: Duration.days(1) });
const elsewhere = new EventFanOut(stack, 'Elsewhere');
const forwarded = new sqs.Queue(stack, 'Forwarded');
elsewhere.subscribe('Queue', { on: thingHappened.all(), to: Subscriber.queue(forwarded) });

const on = thingHappened.all();
const bufferedSubscription = fanOut.subscribe('Buffered', { on, to: Subscriber.function(buffered, { maxReceiveCount: 2, visibilityTimeout: Duration.seconds(3) }) });
fanOut.subscribe('Valuable', { on: thingHappened.where({ total: [{ numeric: ['>=', 1000] }] }), to: Subscriber.function(live) });
const directSubscription = fanOut.subscribe('Direct', { on, to: Subscriber.asyncFunction(direct, { retryAttempts: 1 }) });
fanOut.subscribe('Queue', { on, to: Subscriber.queue(queue), input: events.RuleTargetInput.fromObject({ short: events.EventField.fromPath('$.detail.id') }) });
fanOut.subscribe('Ordered', { on, to: Subscriber.queue(fifo, { messageGroupId: 'all' }) });
fanOut.subscribe('Topic', { on, to: Subscriber.topic(topic) });
fanOut.subscribe('Machine', { on, to: Subscriber.stateMachine(machine) });
fanOut.subscribe('Elsewhere', { on, to: Subscriber.eventBus(elsewhere.eventBus) });
fanOut.subscribe('Audit', { on: { source: events.Match.prefix('') }, to: Subscriber.logGroup(audit) });
const goneSubscription = fanOut.subscribe('Gone', { on, to: new Gone() });

const publisher = inlineFunction(stack, 'Publisher', `
  const { EventBridgeClient, PutEventsCommand } = require('@aws-sdk/client-eventbridge');
  return new EventBridgeClient({}).send(new PutEventsCommand({ Entries: [{ EventBusName: process.env.BUS, Source: event.source, DetailType: 'ThingHappened', Detail: '{}' }] }));
`);
publisher.addEnvironment('BUS', fanOut.eventBus.eventBusName);
fanOut.grantPublish(publisher, thingHappened);

outputs(stack, {
  Bus: fanOut.eventBus.eventBusName,
  BusArn: fanOut.eventBus.eventBusArn,
  ArchiveArn: fanOut.archive!.archiveRef.archiveArn,
  BufferedRuleArn: bufferedSubscription.rule.ruleArn,
  BufferedQueue: bufferedSubscription.queue!.queueUrl,
  BufferedDeadLetters: bufferedSubscription.deadLetterQueue.queueUrl,
  DirectDeadLetters: directSubscription.deadLetterQueue.queueUrl,
  MendedName: mended.functionName,
  GoneDeadLetters: goneSubscription.deadLetterQueue.queueUrl,
  LedgerName: table.tableName,
  OwnUrl: queue.queueUrl,
  OrderedUrl: fifo.queueUrl,
  HeardUrl: heard.queueUrl,
  ForwardedUrl: forwarded.queueUrl,
  MachineArn: machine.stateMachineArn,
  AuditGroup: audit.logGroupName,
  PublisherName: publisher.functionName,
});

const integ = new IntegTest(app, 'EventFanOutSubscribers', {
  testCases: [stack],
  cdkCommandOptions: { destroy: { args: { force: true } } },
});
const entry = { EventBusName: fanOut.eventBus.eventBusName, Source: 'integ.things', DetailType: 'ThingHappened', Detail: '{"id":"1","total":1000}' };
const put = integ.assertions.awsApiCall('EventBridge', 'putEvents', { Entries: [entry] });
put.provider.addToRolePolicy({ Effect: 'Allow', Action: ['events:PutEvents'], Resource: [fanOut.eventBus.eventBusArn] });
put.expect(ExpectedResult.objectLike({ FailedEntryCount: 0 }));
for (const consumer of ['Buffered', 'Direct']) {
  const handled = integ.assertions.awsApiCall('DynamoDB', 'getItem', { TableName: table.tableName, Key: { consumer: { S: consumer }, id: { S: '1' } } });
  handled.provider.addToRolePolicy({ Effect: 'Allow', Action: ['dynamodb:GetItem'], Resource: [table.tableArn] });
  handled.expect(ExpectedResult.objectLike({ Item: { consumer: { S: consumer } } }))
    .waitForAssertions({ totalTimeout: Duration.minutes(1), interval: Duration.seconds(2) });
  put.next(handled);
}
