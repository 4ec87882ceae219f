import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { answer, answering } from './answer';
import { documents } from './documents';

export const handler = answering(async (event) => {
  const { orderId } = event.pathParameters!;
  const { Item } = await documents.send(new GetCommand({ TableName: process.env.ORDERS_TABLE, Key: { orderId } }));
  if (!Item) return answer(404, { message: 'no such order' });
  return answer(200, { orderId, item: Item.item, quantity: Item.quantity }); // anyone may read this: nothing of the customer
});
