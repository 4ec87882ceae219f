import type { EventBridgeEvent } from 'aws-lambda';
import { done } from './work';
import type { OrderPlaced } from '../order-placed';

/** Notification: EventBridge calls it without a queue between, so that the customer hears at once. */
export async function handler({ detail }: EventBridgeEvent<'OrderPlaced', OrderPlaced>): Promise<void> {
  await done(detail.orderId, 'notified');
}
