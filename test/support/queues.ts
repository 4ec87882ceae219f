import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { DeleteMessageCommand, GetQueueAttributesCommand, Message, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Engine } from '../../tools/local-aws/engine';

/** Asks again until there is an answer. */
export async function eventually<T>(what: string, look: () => Promise<T | undefined | false>, seconds = 40): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`${what}: not within ${seconds} s`);
    await new Promise((done) => setTimeout(done, 250));
  }
}

/** Queues of a deployed stack. */
export class Queues {
  private readonly sqs: SQSClient;

  constructor(engine: Engine) {
    this.sqs = new SQSClient(engine.client);
  }

  public async send(QueueUrl: string, body: object, MessageGroupId?: string): Promise<void> {
    await this.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(body), MessageGroupId }));
  }

  /** Takes the first message that is wanted out of the queue, and leaves the others hidden for a while. */
  public async take(QueueUrl: string, wanted: (body: any, message: Message) => boolean = () => true): Promise<Message & { json: any }> {
    return eventually(`a message in ${QueueUrl}`, async () => {
      for (const message of await this.receive(QueueUrl)) {
        const json = JSON.parse(message.Body!);
        if (!wanted(json, message)) continue;
        await this.delete(QueueUrl, message);
        return { ...message, json };
      }
      return undefined;
    });
  }

  /** Takes all messages out of the queue. */
  public async takeAll(QueueUrl: string): Promise<Array<Message & { json: any }>> {
    const taken: Array<Message & { json: any }> = [];
    while (await this.count(QueueUrl) > 0) {
      for (const message of await this.receive(QueueUrl)) {
        await this.delete(QueueUrl, message);
        taken.push({ ...message, json: JSON.parse(message.Body!) });
      }
    }
    return taken;
  }

  /** Messages that are there, also those that somebody has just received. */
  public async count(QueueUrl: string): Promise<number> {
    const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
    const { Attributes = {} } = await this.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...names] }));
    return names.reduce((sum, name) => sum + Number(Attributes[name]), 0);
  }

  private async delete(QueueUrl: string, { ReceiptHandle }: Message): Promise<void> {
    await this.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  }

  private async receive(QueueUrl: string): Promise<Message[]> {
    const { Messages = [] } = await this.sqs.send(new ReceiveMessageCommand({
      QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 1, MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['All'],
    }));
    return Messages;
  }
}

/** How often a consumer has handled something, by the ledger of `integ/support/consumers.ts`. */
export class Ledger {
  private readonly table: DynamoDBClient;

  constructor(engine: Engine, private readonly TableName: string) {
    this.table = new DynamoDBClient(engine.client);
  }

  public async times(consumer: string, id: string): Promise<number> {
    const { Item } = await this.table.send(new GetItemCommand({ TableName: this.TableName, Key: { consumer: { S: consumer }, id: { S: id } } }));
    return Number(Item?.times.N ?? 0);
  }

  public async handled(consumer: string, id: string, atLeast = 1): Promise<number> {
    return eventually(`${consumer} handles ${id}`, async () => {
      const times = await this.times(consumer, id);
      return times >= atLeast && times;
    });
  }
}
