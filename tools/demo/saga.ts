import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { Stage } from './chapters';
import { customerOf, signIn } from './customer';
import { story } from './execution';
import { unlike, until } from './looking';

interface Outcome { readonly story: string; readonly left: number; readonly balance: number }

const UNDONE = 'Undo ProcessPayment -> Undo ReserveInventory';
const PAID = 'ReserveInventory ok -> ProcessPayment ok';

/** Saga: an order that is shipped, orders that are undone, and what to do where undoing fails. */
export async function saga(stage: Stage): Promise<void> {
  const { engine, outputs, narrator } = stage;
  narrator.chapter('Saga: an order is reserved, paid and shipped, or nothing of it stays');
  const table = DynamoDBDocumentClient.from(new DynamoDBClient(engine.client));
  const put = (TableName: string, Item: object) => table.send(new PutCommand({ TableName, Item }));
  const [ada, bob, cy] = await Promise.all(['Ada', 'Bob', 'Cy'].map(async (name) => {
    const token = await signIn(stage, name.toLowerCase());
    return { name, token, customer: customerOf(token) };
  }));
  await Promise.all([
    ...['tea', 'piano', 'vase'].map((item) => put(outputs.StockTable, { item, left: 100 })),
    put(outputs.CarrierTable, { item: 'piano', answer: 'refused' }),
    put(outputs.CarrierTable, { item: 'vase', answer: 'late' }),
    put(outputs.AccountsTable, { customer: ada.customer, balance: 1000 }),
    put(outputs.AccountsTable, { customer: bob.customer, balance: 5 }),
    put(outputs.AccountsTable, { customer: cy.customer, balance: 1000, frozen: true }),
  ]);
  const get = async (TableName: string, Key: Record<string, string>) => (await table.send(new GetCommand({ TableName, Key }))).Item;
  const left = async (item: string) => (await get(outputs.StockTable, { item }))?.left;
  const balance = async ({ customer }: typeof ada) => (await get(outputs.AccountsTable, { customer }))?.balance;
  const order = async (who: typeof ada, item: string, shows: string, expected: Outcome, status = 201): Promise<string> => {
    const { orderId } = await narrator.send('orders', {
      method: 'POST', headers: { 'Authorization': who.token, 'Idempotency-Key': `saga-${item}` }, body: { item, quantity: 1 },
    }, { shows: `${who.name} orders a ${item}`, status });
    const seen = { story: await story(stage, orderId), left: await left(item), balance: await balance(who) };
    narrator.tell(shows, unlike(seen, expected), [seen.story, `in stock: ${seen.left} of ${item}; ${who.name} has ${seen.balance}`]);
    return orderId;
  };

  const shipped = { story: `${PAID} -> ShipOrder ok => succeeded`, left: 99, balance: 991 };
  await order(ada, 'tea', 'All steps succeed: the tea is gone, and paid', shipped);
  await order(ada, 'tea', 'The same request again announces the order again, which starts nothing: an order has one execution', shipped, 200);
  await order(bob, 'tea', 'Bob has 5, and a declined card is a final error: it is not tried again, and only the reservation is undone', {
    story: 'ReserveInventory ok -> ProcessPayment failed: CardDeclined -> Undo ReserveInventory => SagaFailed', left: 99, balance: 5,
  });
  await order(ada, 'piano', 'The carrier takes no pianos: refunded and released, in reverse order', {
    story: `${PAID} -> ShipOrder failed: ShipmentRefused -> ${UNDONE} => SagaFailed`, left: 100, balance: 991,
  });

  const lateId = await order(ada, 'vase', 'The carrier does not answer: the others are undone, and the shipment is parked for a person', {
    story: `${PAID} -> ShipOrder failed 3 times: Sandbox.Timedout -> Park ShipOrder -> ${UNDONE} => CompensationFailed`, left: 100, balance: 991,
  });
  const late = await take(stage);
  const shipment = await get(outputs.ShipmentsTable, { stepKey: late.event.actionKey });
  narrator.tell('with the key by which the carrier can be asked: it has shipped', unlike([shipment?.orderId, shipment?.outcome], [lateId, 'shipped']), [
    `parked: ${late.event.step} of order ${late.event.input?.orderId}, key ${late.event.actionKey}`,
  ]);
  await late.forget();

  await order(cy, 'piano', 'Cy\'s account is frozen and takes no refund: that one is parked, and the rest is undone all the same', {
    story: `${PAID} -> ShipOrder failed: ShipmentRefused -> Undo ProcessPayment failed 11 times: AccountFrozen -> Park ProcessPayment -> Undo ReserveInventory => CompensationFailed`,
    left: 100,
    balance: 600,
  });
  const frozen = await take(stage);
  await table.send(new UpdateCommand({ TableName: outputs.AccountsTable, Key: { customer: cy.customer }, UpdateExpression: 'REMOVE frozen' }));
  const again = new InvokeCommand({ FunctionName: frozen.function, Payload: Buffer.from(frozen.body) });
  const { FunctionError } = await new LambdaClient(engine.client).send(again);
  if (!FunctionError) await frozen.forget();
  const refunded = await balance(cy);
  narrator.tell('The account is free again: its refund is called as the pattern\'s README says, and Cy has the money back', [
    ...unlike(FunctionError, undefined), ...unlike(refunded, 1000),
  ], [
    `parked: ${frozen.event.step} of order ${frozen.event.input?.orderId}`,
    `aws sqs receive-message --queue-url ${outputs.FailedCompensationsUrl} --visibility-timeout 900 --message-attribute-names All`,
    `aws lambda invoke --function-name ${frozen.function} --payload fileb:///dev/stdin answer.json <<< "$body"`,
    `aws sqs delete-message --queue-url ${outputs.FailedCompensationsUrl} --receipt-handle "$handle"`,
    `Cy has ${refunded}`,
  ]);
}

/** A step that could not be undone: what its compensation was called with, and which function that is. */
async function take({ engine, outputs }: Stage) {
  const sqs = new SQSClient(engine.client);
  const QueueUrl = outputs.FailedCompensationsUrl;
  const look = () => sqs.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 900, MessageAttributeNames: ['All'] }));
  const { Messages: [message] = [] } = await until(look, ({ Messages = [] }) => Messages.length > 0);
  if (!message) throw new Error('nothing was parked');
  return {
    body: message.Body!,
    event: JSON.parse(message.Body!),
    function: message.MessageAttributes?.function?.StringValue,
    forget: () => sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle })),
  };
}
