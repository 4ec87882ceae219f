import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { documents } from './documents';
import { work } from './work';
import type { OrderPlaced } from '../order-placed';

const batch = new BatchProcessor(EventType.SQS);

/** Sales: counts how many of a listed product were ordered, once for each order. */
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  return processPartialResponse(event, count, batch, { throwOnFullBatchFailure: false });
}

async function count({ body }: SQSRecord): Promise<void> {
  const { orderId, item, quantity }: OrderPlaced = JSON.parse(body).detail;
  try {
    await documents.send(new TransactWriteCommand({
      TransactItems: [
        { Put: work(orderId, 'counted', { item, quantity }) },
        {
          Update: {
            TableName: process.env.PRODUCTS_TABLE,
            Key: { item },
            UpdateExpression: 'ADD sold :quantity',
            ConditionExpression: 'attribute_exists(#item)',
            ExpressionAttributeNames: { '#item': 'item' },
            ExpressionAttributeValues: { ':quantity': quantity },
          },
        },
      ],
    }));
  } catch (error) {
    const [counted] = error instanceof TransactionCanceledException ? error.CancellationReasons ?? [] : [];
    if (counted?.Code !== 'ConditionalCheckFailed') throw error; // otherwise it is counted
  }
}
