import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { documents } from './documents';

/** An item of the table of work: what was done for an order, once, however often it is asked for. It stays, so that a redrive after weeks finds it. */
export function work(orderId: string, task: string, details: object = {}) {
  return {
    TableName: process.env.WORK_TABLE,
    Item: { orderId, task, ...details },
    ConditionExpression: 'attribute_not_exists(orderId)',
  };
}

/** Writes down that a task is done; a task that was done before is left alone. */
export async function done(orderId: string, task: string, details?: object): Promise<void> {
  try {
    await documents.send(new PutCommand(work(orderId, task, details)));
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}
