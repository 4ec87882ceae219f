import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient, GetCommand, paginateScan, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { Stage } from './chapters';
import { outputOf, start } from './execution';
import { unlike, until } from './looking';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** So many that the sweep, which reads them in one page, deletes for a while. */
const [OLD, YOUNG] = [900, 20];
/** What proves no age. */
const ODD = [undefined, 1_577_836_800, 'last winter', '2020-02-30', '1970-01-01T00:00:00Z'];

interface Cart { readonly customer: string; readonly updatedAt?: string | number }

/** ScheduledJob and ScheduledCleanup: a report that is made once, and a sweep that deletes what is proven to be old and was not touched. */
export async function nightly(stage: Stage): Promise<void> {
  stage.narrator.chapter('Nightly: a report that is made once, and old carts that are swept');
  await report(stage);
  await sweep(stage);
}

async function report(stage: Stage): Promise<void> {
  const { outputs, narrator } = stage;
  const night = Math.floor((Date.now() - HOUR / 2) / DAY) * DAY + HOUR / 2; // the last 0:30 UTC
  const ago = (hours: number) => new Date(night - hours * HOUR).toISOString();
  const orders = [[0.4, 5000], [0.6, 9], [12, 60], [24, 400], [24.6, 5000]].map(([hours, total], n) => ({ orderId: `night-${n}`, total, createdAt: ago(hours) }));
  await put(stage, outputs.OrdersTable, orders);
  const expected = { day: ago(24).slice(0, 10), orders: 3, total: 469 };
  const twice = await Promise.all([1, 2].map(() => start(stage, outputs.ReportArn, { scheduledTime: ago(0) })));
  const [made, skipped] = (await Promise.all(twice.map(async (arn) => outputOf(stage, arn)))).sort((one) => 'skipped' in one ? 1 : -1);
  narrator.tell('A night\'s report is started twice at once, as EventBridge Scheduler may: it is made once, on the orders of the day before', [
    ...unlike(made, expected), ...unlike(skipped, { skipped: 'this time, or a later one, was run before' }),
  ], [made, skipped].map((output) => JSON.stringify(output)));
  const { Item } = await documents(stage).send(new GetCommand({ TableName: outputs.ReportsTable, Key: { day: expected.day } }));
  narrator.tell('and lies in its table', unlike([Item?.orders, Item?.total], [expected.orders, expected.total]));
}

async function sweep(stage: Stage): Promise<void> {
  const { outputs, narrator } = stage;
  const now = Date.now();
  const carts = (name: string, number: number, updatedAt: (n: number) => string | number | undefined) =>
    Array.from({ length: number }, (_, n) => ({ customer: `${name}-${n}`, updatedAt: updatedAt(n) }));
  const young = carts('young', YOUNG, (n) => new Date(now - n * DAY).toISOString());
  const odd = carts('odd', ODD.length, (n) => ODD[n]);
  await put(stage, outputs.CartsTable, [...young, ...odd, ...carts('old', OLD, (n) => new Date(now - (31 + n) * DAY).toISOString())]);
  const scanned = OLD + YOUNG + ODD.length;
  const found = { scanned, old: OLD, deleted: 0, kept: 0, unproven: ODD.length };

  const counted = await outputOf(stage, await start(stage, outputs.CountCartsArn, {}));
  const before = await left(stage);
  narrator.tell(`${OLD} carts of 31 days and more, ${YOUNG} younger ones, ${ODD.length} of which nobody knows: the dry run counts, and deletes nothing`, [
    ...unlike(counted, found), ...unlike(before.length, scanned),
  ], [`aws stepfunctions start-execution --state-machine-arn ${outputs.CountCartsArn} --input '{}'`, JSON.stringify(counted)]);

  const [first, ...others] = before.filter(({ customer }) => customer.startsWith('old-')); // in the order in which the sweep deletes
  const arn = await start(stage, outputs.SweepCartsArn, {});
  const look = () => documents(stage).send(new GetCommand({ TableName: outputs.CartsTable, Key: { customer: first.customer } }));
  await until(look, ({ Item }) => !Item, 20, 5);
  const touched = (await Promise.all(others.slice(-5).map(async (cart) => touch(stage, cart)))).flat();
  const swept = await outputOf(stage, arn);
  narrator.tell('The sweep runs, and meanwhile some customers come back to their old carts: it deletes the others', [
    ...unlike(swept, { ...found, deleted: OLD - touched.length, kept: touched.length }),
    ...touched.length > 0 ? [] : ['some carts should have been touched while it ran'],
  ], [`aws stepfunctions start-execution --state-machine-arn ${outputs.SweepCartsArn} --input '{}'`, JSON.stringify(swept)]);
  const stay = await left(stage);
  narrator.tell('The young ones, those that came back, and all whose age is not proven are still there', [
    ...unlike(names(stay).sort(), names([...young, ...odd, ...touched]).sort()),
  ], [
    `left: ${stay.length} carts; somebody came back to ${names(touched).join(', ')}`,
    `not proven: ${odd.map(({ updatedAt }) => JSON.stringify(updatedAt) ?? 'nothing').join(', ')}`,
  ]);
}

const names = (carts: Cart[]) => carts.map(({ customer }) => customer);

const documents = ({ engine }: Stage) =>
  DynamoDBDocumentClient.from(new DynamoDBClient(engine.client), { marshallOptions: { removeUndefinedValues: true } });

async function put(stage: Stage, table: string, items: object[]): Promise<void> {
  for (let n = 0; n < items.length; n += 25) {
    const requests = items.slice(n, n + 25).map((Item) => ({ PutRequest: { Item } }));
    await documents(stage).send(new BatchWriteCommand({ RequestItems: { [table]: requests } }));
  }
}

/** All carts, in the order in which a scan finds them. */
async function left(stage: Stage): Promise<Cart[]> {
  const found: Cart[] = [];
  const pages = paginateScan({ client: documents(stage) }, { TableName: stage.outputs.CartsTable });
  for await (const { Items = [] } of pages) found.push(...Items as Cart[]);
  return found;
}

/** A customer comes back to a cart; nothing where it is gone. */
async function touch(stage: Stage, cart: Cart): Promise<Cart[]> {
  try {
    await documents(stage).send(new UpdateCommand({
      TableName: stage.outputs.CartsTable,
      Key: { customer: cart.customer },
      UpdateExpression: 'SET updatedAt = :now',
      ConditionExpression: 'attribute_exists(customer)',
      ExpressionAttributeValues: { ':now': new Date().toISOString() },
    }));
    return [cart];
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return [];
    throw error;
  }
}
