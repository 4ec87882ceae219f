import { COMPLETION_ADDRESS, COMPLETION_KIND, CompletionKind } from '../contract';

type Announce = (message: object) => Promise<void>;

const address = process.env[COMPLETION_ADDRESS];
const announce = announcer(process.env[COMPLETION_KIND] as CompletionKind | undefined);

/** Sends word of an object that was processed, where somebody wants to hear of it. */
export async function announceCompletion(message: object): Promise<void> {
  await (await announce)?.(message);
}

/** Loads the client that it needs, and no other. */
async function announcer(kind?: CompletionKind): Promise<Announce | undefined> {
  switch (kind) {
    case CompletionKind.QUEUE: {
      const { SQSClient, SendMessageCommand } = await import('@aws-sdk/client-sqs');
      const sqs = new SQSClient({});
      return async (message) => { await sqs.send(new SendMessageCommand({ QueueUrl: address, MessageBody: JSON.stringify(message) })); };
    }
    case CompletionKind.TOPIC: {
      const { SNSClient, PublishCommand } = await import('@aws-sdk/client-sns');
      const sns = new SNSClient({});
      return async (message) => { await sns.send(new PublishCommand({ TopicArn: address, Message: JSON.stringify(message) })); };
    }
    case CompletionKind.EVENT_BUS: {
      const { EventBridgeClient, PutEventsCommand } = await import('@aws-sdk/client-eventbridge');
      const events = new EventBridgeClient({});
      return async (message) => {
        const event = { EventBusName: address, Source: 'cdk-serverless-patterns.object-pipeline', DetailType: 'Object Processed', Detail: JSON.stringify(message) };
        const { Entries: [entry] = [] } = await events.send(new PutEventsCommand({ Entries: [event] }));
        if (entry?.ErrorCode) throw Object.assign(new Error(entry.ErrorMessage), { name: entry.ErrorCode }); // it comes in an answer that succeeded
      };
    }
    case undefined: return undefined;
  }
}
