import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteMessageCommand, ReceiveMessageCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { Stage } from './chapters';
import { ACCOUNT } from '../local-aws/engine';

/** Looks until it is so, or gives what was seen last. */
export async function until<T>(look: () => Promise<T>, isSo: (seen: T) => boolean, seconds = 20, pauseMillis = 200): Promise<T> {
  for (const end = Date.now() + seconds * 1000; ;) {
    const seen = await look();
    if (isSo(seen) || Date.now() > end) return seen;
    await new Promise((next) => setTimeout(next, pauseMillis));
  }
}

/** What was done for an order, sorted. */
export async function tasks({ engine, outputs }: Stage, orderId: string): Promise<string[]> {
  const table = DynamoDBDocumentClient.from(new DynamoDBClient(engine.client));
  const { Items = [] } = await table.send(new QueryCommand({
    TableName: outputs.WorkTable, KeyConditionExpression: 'orderId = :id', ExpressionAttributeValues: { ':id': orderId },
  }));
  return Items.map(({ task }) => String(task)).sort();
}

/** Takes what lies in a queue that no function works off. */
export async function drain({ engine }: Stage, QueueUrl: string): Promise<any[]> {
  const sqs = new SQSClient(engine.client);
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  await Promise.all(Messages.map(({ ReceiptHandle }) => sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))));
  return Messages.map(({ Body }) => JSON.parse(Body!));
}

/** Lets failed messages come back after a second in place of the minute that the pattern sets, and only once: a demo should not wait. */
export async function hurry({ engine }: Stage, QueueUrl: string, deadLetterTargetArn: string): Promise<void> {
  await new SQSClient(engine.client).send(new SetQueueAttributesCommand({
    QueueUrl, Attributes: { VisibilityTimeout: '1', RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 2 }) },
  }));
}

export const arnOf = (queueUrl: string) => `arn:aws:sqs:us-east-1:${ACCOUNT}:${queueUrl.split('/').at(-1)}`;

/** What is wrong with what was seen. */
export function unlike(seen: unknown, expected: unknown): string[] {
  return JSON.stringify(seen) === JSON.stringify(expected) ? [] : [`it should be ${JSON.stringify(expected)}, not ${JSON.stringify(seen)}`];
}
