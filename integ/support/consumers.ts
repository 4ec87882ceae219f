import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { inlineFunction } from './apps';

/** Writes down who handled what: an item of consumer and id, with the number of times. */
export function ledger(scope: Construct): dynamodb.TableV2 {
  return new dynamodb.TableV2(scope, 'Ledger', {
    partitionKey: { name: 'consumer', type: dynamodb.AttributeType.STRING },
    sortKey: { name: 'id', type: dynamodb.AttributeType.STRING },
  });
}

const HANDLE = `
  const { DynamoDBClient, UpdateItemCommand } = require('@aws-sdk/client-dynamodb');
  const table = globalThis.table ??= new DynamoDBClient({});
  const handle = async ({ id, failing = [] }) => {
    if (failing.includes(process.env.CONSUMER)) throw new Error('as asked');
    await table.send(new UpdateItemCommand({
      TableName: process.env.LEDGER, Key: { consumer: { S: process.env.CONSUMER }, id: { S: id } },
      UpdateExpression: 'ADD times :one', ExpressionAttributeValues: { ':one': { N: '1' } },
    }));
  };`;

function consumer(scope: Construct, id: string, table: dynamodb.TableV2, body: string): lambda.Function {
  const fn = inlineFunction(scope, id, HANDLE + body);
  fn.addEnvironment('LEDGER', table.tableName);
  fn.addEnvironment('CONSUMER', id);
  table.grants.actions(fn, 'dynamodb:UpdateItem');
  return fn;
}

/** Handles an event of EventBridge: `detail` is { id, failing? }, and it fails when its own id is among `failing`. */
export function eventConsumer(scope: Construct, id: string, table: dynamodb.TableV2): lambda.Function {
  return consumer(scope, id, table, '\n  await handle(event.detail);');
}

/** Handles messages of SQS whose body is { id, failing? }, an event with such a detail or a bucket's notification. */
export function queueConsumer(scope: Construct, id: string, table: dynamodb.TableV2): lambda.Function {
  return consumer(scope, id, table, `
  const failed = [];
  for (const record of event.Records) {
    try {
      const body = JSON.parse(record.body);
      await handle(body.Records ? { id: body.Records[0].s3.object.key } : body.detail ?? body);
    } catch (error) {
      failed.push({ itemIdentifier: record.messageId });
    }
  }
  return { batchItemFailures: failed };`);
}

/** Does or undoes a step of a saga whose input is { id, failing? }; it fails as `Refused`. */
export function stepFunction(scope: Construct, id: string, table: dynamodb.TableV2): lambda.Function {
  return consumer(scope, id, table, `
  await handle(event.input).catch((error) => { throw Object.assign(error, { name: 'Refused' }); });
  return { by: process.env.CONSUMER };`);
}
