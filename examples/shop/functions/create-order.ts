import { createHash } from 'crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { answer, answering } from './answer';
import { documents } from './documents';
import { prices } from './prices';
import { publishOrder } from './publish-order';
import type { OrderRequest } from '../order-schema';

/** A retried request with the same Idempotency-Key makes no second order. It announces the order again, since the first may not have come so far. */
export const handler = answering(async (event) => {
  // the gateway checks bodies of the usual content types; one that comes under another type ends here
  if (!/^application\/json\b/i.test(header(event.headers, 'content-type'))) return answer(415, { message: 'the body must be application/json' });
  const { item, quantity }: OrderRequest = JSON.parse(event.body!);
  const price = prices[item];
  if (price === undefined) return answer(422, { message: `we do not sell ${item}` });
  const customer: string = event.requestContext.authorizer!.claims.sub;
  const orderId = createHash('sha256').update(`${customer} ${header(event.headers, 'idempotency-key')}`).digest('hex').slice(0, 20);
  const order = { orderId, customer, item, quantity, total: price * quantity };
  const isNew = await store(order);
  await publishOrder(order);
  return answer(isNew ? 201 : 200, { orderId });
});

async function store(order: object): Promise<boolean> {
  try {
    await documents.send(new PutCommand({
      TableName: process.env.ORDERS_TABLE,
      Item: { ...order, createdAt: new Date().toISOString() },
      ConditionExpression: 'attribute_not_exists(orderId)',
    }));
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

function header(headers: Record<string, string | undefined>, name: string): string {
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1] ?? '';
}
