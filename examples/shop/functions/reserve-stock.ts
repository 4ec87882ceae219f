import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { documents } from './documents';
import { work } from './work';
import type { OrderPlaced } from '../order-placed';

const batch = new BatchProcessor(EventType.SQS);

/** Inventory: takes the order's items off the stock, once for each order. */
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  return processPartialResponse(event, reserve, batch, { throwOnFullBatchFailure: false });
}

async function reserve({ body }: SQSRecord): Promise<void> {
  const { orderId, item, quantity }: OrderPlaced = JSON.parse(body).detail;
  try {
    await documents.send(new TransactWriteCommand({
      TransactItems: [
        { Put: work(orderId, 'reserved', { item, quantity }) },
        {
          Update: {
            TableName: process.env.STOCK_TABLE,
            Key: { item },
            UpdateExpression: 'SET #left = #left - :quantity',
            ConditionExpression: '#left >= :quantity',
            ExpressionAttributeNames: { '#left': 'left' },
            ExpressionAttributeValues: { ':quantity': quantity },
          },
        },
      ],
    }));
  } catch (error) {
    const [reservation] = error instanceof TransactionCanceledException ? error.CancellationReasons ?? [] : [];
    if (reservation?.Code !== 'ConditionalCheckFailed') throw error; // otherwise it is reserved
  }
}
