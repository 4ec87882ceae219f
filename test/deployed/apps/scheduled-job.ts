/** Jobs whose function does what an item of the table plans for a time, attempt by attempt. */
import { App, Duration, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import * as sns from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { outputs } from '../../../integ/support/apps';
import { AlarmActions, OverlapPolicy, ScheduledJob, ScheduledJobProps } from '../../../src';

const stack = new Stack(new App(), 'Jobs');
const onCall = new sns.Topic(stack, 'OnCall', { enforceSSL: true });
const told = new sqs.Queue(stack, 'Told');
onCall.addSubscription(new SqsSubscription(told));
AlarmActions.of(stack).addTopic(onCall);

const table = new dynamodb.TableV2(stack, 'Table', {
  partitionKey: { name: 'job', type: dynamodb.AttributeType.STRING },
  sortKey: { name: 'time', type: dynamodb.AttributeType.STRING },
});
const fn = new lambda.Function(stack, 'Fn', {
  runtime: lambda.Runtime.NODEJS_22_X,
  handler: 'index.handler',
  timeout: Duration.seconds(10),
  environment: { TABLE: table.tableName },
  code: lambda.Code.fromInline(`
const { DynamoDBClient } = require('@aws-sdk/client-dynamodb');
const { DynamoDBDocumentClient, UpdateCommand } = require('@aws-sdk/lib-dynamodb');
const table = DynamoDBDocumentClient.from(new DynamoDBClient({}));

exports.handler = async (event) => {
  const { Attributes: { calls, plan = [{}] } } = await table.send(new UpdateCommand({
    TableName: process.env.TABLE, Key: { job: event.input.job, time: event.scheduledTime }, ReturnValues: 'ALL_NEW',
    UpdateExpression: 'SET calls = list_append(if_not_exists(calls, :none), :call)', ExpressionAttributeValues: { ':none': [], ':call': [JSON.stringify(event)] },
  }));
  const { seconds = 0, error, kilobytes } = plan[Math.min(calls.length, plan.length) - 1];
  await new Promise((done) => setTimeout(done, seconds * 1000));
  if (error) throw Object.assign(new Error('as planned'), { name: error });
  return kilobytes ? 'x'.repeat(kilobytes * 1024) : { made: calls.length };
};`),
});
table.grants.actions(fn, 'dynamodb:UpdateItem');
const live = new lambda.Alias(stack, 'Live', { aliasName: 'live', version: fn.currentVersion });

const rarely = ScheduleExpression.rate(Duration.days(7));
const soon = ScheduleExpression.at(new Date(process.env.AT!));
const jobs: Record<string, Partial<ScheduledJobProps>> = {
  Nightly: { schedule: rarely, expectedEvery: Duration.hours(24), input: { job: 'Nightly', of: { letters: ['a'] } } },
  Overlapping: { schedule: rarely, overlap: OverlapPolicy.ALLOW },
  Firing: { schedule: soon, function: live, encryptionKey: new kms.Key(stack, 'Key', { enableKeyRotation: true }) },
  Lost: { schedule: soon },
  Off: { schedule: soon, enabled: false },
};
for (const [job, props] of Object.entries(jobs)) {
  const { stateMachine, deadLetterQueue } = new ScheduledJob(stack, job, { function: fn, schedule: rarely, input: { job }, ...props });
  outputs(stack, { [`${job}Arn`]: stateMachine.stateMachineArn, [`${job}DeadLetters`]: deadLetterQueue.queueUrl });
}
outputs(stack, { TableName: table.tableName, ToldUrl: told.queueUrl });
