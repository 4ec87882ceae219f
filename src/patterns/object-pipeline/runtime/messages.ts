import { DEAD_LETTER_QUEUE_URL, QUEUE_URL } from '../contract';

const client = (() => {
  let made: Promise<import('@aws-sdk/client-sqs').SQSClient> | undefined;
  return async () => made ??= import('@aws-sdk/client-sqs').then(({ SQSClient }) => new SQSClient({})); // most objects need none
})();

/** Has a message come back after so many seconds. */
export async function comeBack(receiptHandle: string, seconds: number): Promise<void> {
  const { ChangeMessageVisibilityCommand } = await import('@aws-sdk/client-sqs');
  const QueueUrl = process.env[QUEUE_URL];
  await (await client()).send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout: seconds }));
}

/** Puts something into the dead letters. */
export async function sendToDeadLetters(message: object): Promise<void> {
  const { SendMessageCommand } = await import('@aws-sdk/client-sqs');
  await (await client()).send(new SendMessageCommand({ QueueUrl: process.env[DEAD_LETTER_QUEUE_URL], MessageBody: JSON.stringify(message) }));
}
