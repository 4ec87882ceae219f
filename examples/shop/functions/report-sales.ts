import { paginateScan, PutCommand } from '@aws-sdk/lib-dynamodb';
import { documents } from './documents';

const DAY_MILLIS = 86_400_000;

export interface SalesReport {
  readonly day: string;
  readonly orders: number;
  readonly total: number;
}

/** What was ordered on the day before, in UTC. It counts back from the time of the schedule: a run that is late, or tried again, reports on the same day. */
export async function handler({ scheduledTime }: { readonly scheduledTime: string }): Promise<SalesReport> {
  const day = new Date(Date.parse(scheduledTime) - DAY_MILLIS).toISOString().slice(0, 10);
  const pages = paginateScan({ client: documents }, {
    TableName: process.env.ORDERS_TABLE,
    FilterExpression: 'begins_with(createdAt, :day)',
    ExpressionAttributeValues: { ':day': day },
    ProjectionExpression: '#total',
    ExpressionAttributeNames: { '#total': 'total' }, // a reserved word
  });
  const totals: number[] = [];
  for await (const { Items = [] } of pages) totals.push(...Items.map(({ total }) => total));
  const report = { day, orders: totals.length, total: totals.reduce((sum, total) => sum + total, 0) };
  await documents.send(new PutCommand({ TableName: process.env.REPORTS_TABLE, Item: report }));
  return report;
}
