import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { OrderPlaced, orderPlaced } from '../order-placed';

const bus = new EventBridgeClient({}); // tries again when it is throttled

/** Announces an order. An error means that it may not be known to anybody: the caller has to come again. */
export async function publishOrder(order: OrderPlaced): Promise<void> {
  const { FailedEntryCount, Entries } = await bus.send(new PutEventsCommand({
    Entries: [{ EventBusName: process.env.EVENT_BUS, Source: orderPlaced.source, DetailType: orderPlaced.detailType, Detail: JSON.stringify(order) }],
  }));
  if (FailedEntryCount) throw new Error(`the order was not announced: ${Entries![0].ErrorCode} ${Entries![0].ErrorMessage}`);
}
