import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { done } from './work';
import type { OrderPlaced } from '../order-placed';

const batch = new BatchProcessor(EventType.SQS);

/** A person calls the customers of large orders. */
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  return processPartialResponse(event, greet, batch, { throwOnFullBatchFailure: false });
}

async function greet({ body }: SQSRecord): Promise<void> {
  const { orderId, total }: OrderPlaced = JSON.parse(body).detail;
  await done(orderId, 'vip', { total });
}
