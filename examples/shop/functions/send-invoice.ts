import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { done } from './work';

const batch = new BatchProcessor(EventType.SQS);

/** Invoices, in batches: one that cannot be read holds up no other. */
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  return processPartialResponse(event, send, batch, { throwOnFullBatchFailure: false });
}

async function send({ body }: SQSRecord): Promise<void> {
  const { orderId, total } = JSON.parse(body);
  if (typeof orderId !== 'string' || typeof total !== 'number') throw new Error(`no invoice without orderId and total: ${body}`);
  await done(orderId, 'invoiced', { total });
}
