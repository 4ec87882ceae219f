import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { answer, answering } from './answer';
import { documents } from './documents';

export const handler = answering(async (event) => {
  const { orderId } = event.pathParameters!;
  const { Attributes } = await documents.send(new DeleteCommand({ TableName: process.env.ORDERS_TABLE, Key: { orderId }, ReturnValues: 'ALL_OLD' }));
  return Attributes ? answer(204) : answer(404, { message: 'no such order' });
});
