import { createHash } from 'crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { answer, answering } from './answer';
import { documents, TableName } from './orders-table';
import type { OrderRequest } from '../order-schema';

/** A retried request with the same Idempotency-Key makes no second order. */
export const handler = answering(async (event) => {
  // the gateway checks bodies of the usual content types; one that comes under another type ends here
  if (!/^application\/json\b/i.test(header(event.headers, 'content-type'))) return answer(415, { message: 'the body must be application/json' });
  const { item, quantity }: OrderRequest = JSON.parse(event.body!);
  const customer: string = event.requestContext.authorizer!.claims.sub;
  const orderId = createHash('sha256').update(`${customer} ${header(event.headers, 'idempotency-key')}`).digest('hex').slice(0, 20);
  try {
    await documents.send(new PutCommand({
      TableName,
      Item: { orderId, customer, item, quantity, createdAt: new Date().toISOString() },
      ConditionExpression: 'attribute_not_exists(orderId)',
    }));
    return answer(201, { orderId });
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return answer(200, { orderId });
    throw error;
  }
});

function header(headers: Record<string, string | undefined>, name: string): string {
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1] ?? '';
}
