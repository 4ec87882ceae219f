import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { decide } from './decision';
import { documents } from './documents';
import type { StepEvent } from './step-event';

class ShipmentRefused extends Error {
  readonly name = 'ShipmentRefused'; // the saga knows its final errors by name
}

/** Hands the order to the carrier, which takes nothing back. In place of a carrier, a table says what it does with an item: `refused`, or `late`, when nobody hears its answer. */
export async function handler({ idempotencyKey, input: { orderId, item, quantity } }: StepEvent): Promise<object> {
  const { Item } = await documents.send(new GetCommand({ TableName: process.env.CARRIER_TABLE, Key: { item } }));
  const answer = Item?.answer === 'refused' ? 'refused' : 'shipped';
  const outcome = await decide(process.env.SHIPMENTS_TABLE!, idempotencyKey, answer, { orderId, item, quantity });
  if (outcome === 'refused') throw new ShipmentRefused(`the carrier does not take ${item}`);
  if (Item?.answer === 'late') await new Promise((answered) => setTimeout(answered, 60_000));
  return { shipment: idempotencyKey };
}
