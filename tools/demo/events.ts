import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, StartReplayCommand } from '@aws-sdk/client-eventbridge';
import { SubscribeCommand, SNSClient } from '@aws-sdk/client-sns';
import { CreateQueueCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { Stage } from './chapters';
import { signIn } from './customer';
import { arnOf, drain, hurry, tasks, unlike, until } from './looking';

/** EventFanOut: who gets which event, a consumer that fails, and the replay. */
export async function events(stage: Stage): Promise<void> {
  const { engine, outputs, narrator } = stage;
  narrator.chapter('Events: one order, many consumers, none lost');
  const table = DynamoDBDocumentClient.from(new DynamoDBClient(engine.client));
  const list = (item: string) => table.send(new PutCommand({ TableName: outputs.ProductsTable, Item: { item } }));
  const sold = async (item: string) => (await table.send(new GetCommand({ TableName: outputs.ProductsTable, Key: { item } }))).Item?.sold;
  const alertInbox = await subscribeTo(stage, outputs.AlertsArn);
  await hurry(stage, outputs.SalesQueueUrl, arnOf(outputs.SalesDeadLettersUrl));
  await Promise.all(['tea', 'clock'].map(list)); // no lamps yet
  const token = await signIn(stage);
  const order = async (item: string, shows: string): Promise<string> => {
    const { orderId } = await narrator.send('orders', {
      method: 'POST', headers: { 'Authorization': token, 'Idempotency-Key': `events-${item}` }, body: { item, quantity: 1 },
    }, { shows, status: 201 });
    return orderId;
  };
  await drain(stage, outputs.AnalyticsUrl);

  const small = await order('clock', 'An order of 999 is placed, and announced as OrderPlaced');
  const gotSmall = await until(() => tasks(stage, small), (done) => done.length >= 3);
  narrator.tell('Sales, notification and invoices have it; no VIP, no alert', unlike(gotSmall, ['counted', 'invoiced', 'notified']), [`done: ${gotSmall.join(', ')}`]);

  const large = await order('lamp', 'An order of 1000 is placed');
  const expected = ['invoiced', 'notified', 'vip'];
  const gotLarge = await until(() => tasks(stage, large), (done) => expected.every((task) => done.includes(task)));
  narrator.tell('Its customer is a VIP; sales fails at it, since no lamps are listed, and holds up no other consumer', unlike(gotLarge, expected), [`done: ${gotLarge.join(', ')}`]);
  const [alert] = await until(() => drain(stage, alertInbox), (found) => found.length > 0);
  narrator.tell('The alert topic has published it', unlike(alert && JSON.parse(alert.Message).detail.orderId, large), [`alert: ${alert?.Message.slice(0, 120)}...`]);
  const analysed = await drain(stage, outputs.AnalyticsUrl);
  narrator.tell('Analytics has both in its own queue', unlike(analysed.map(({ detail }) => detail.orderId).sort(), [small, large].sort()));

  const [dead] = await until(() => drain(stage, outputs.SalesDeadLettersUrl), (found) => found.length > 0);
  narrator.tell('The event that sales could not handle is in its dead letters, as it was', unlike(dead?.detail.orderId, large), [`dead letter: ${JSON.stringify(dead?.detail)}`]);
  await list('lamp');
  await new EventBridgeClient(engine.client).send(new StartReplayCommand({
    ReplayName: 'lamps',
    EventSourceArn: outputs.ArchiveArn,
    EventStartTime: new Date(Date.now() - 3600_000),
    EventEndTime: new Date(Date.now() + 1000),
    Destination: { Arn: outputs.BusArn, FilterArns: [outputs.SalesRuleArn] },
  }));
  const repaired = await until(() => tasks(stage, large), (done) => done.includes('counted'));
  const untouched = await tasks(stage, small);
  narrator.tell('Lamps are listed: a replay to sales alone, and the lamp is counted; the clock is not counted twice, and still no VIP', [
    ...unlike(repaired, [...expected, 'counted'].sort()), ...unlike(untouched, gotSmall), ...unlike(await sold('clock'), 1),
  ], [`done: ${repaired.join(', ')}`]);
}

/** A queue of the operator's that hears a topic. */
async function subscribeTo({ engine }: Stage, TopicArn: string): Promise<string> {
  const sqs = new SQSClient(engine.client);
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'alert-inbox' }));
  const Resource = arnOf(QueueUrl!);
  const statement = { Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'sqs:SendMessage', Resource, Condition: { ArnEquals: { 'aws:SourceArn': TopicArn } } };
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }) } }));
  await new SNSClient(engine.client).send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: Resource }));
  return QueueUrl!;
}
