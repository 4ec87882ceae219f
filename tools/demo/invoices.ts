import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Stage } from './chapters';
import { arnOf, drain, hurry, tasks, unlike, until } from './looking';

/** QueueWorker: a batch with one poison message among good ones. */
export async function invoices(stage: Stage): Promise<void> {
  const { engine, outputs, narrator } = stage;
  narrator.chapter('Invoices: a queue that is worked off in batches');
  await hurry(stage, outputs.InvoicesUrl, arnOf(outputs.InvoicesDeadLettersUrl));
  const good = Array.from({ length: 9 }, (_, i) => ({ orderId: `order-${i}`, total: 10 * i }));
  const poison = { orderId: 'order-9', total: 'a lot' };
  await new SQSClient(engine.client).send(new SendMessageBatchCommand({
    QueueUrl: outputs.InvoicesUrl,
    Entries: [...good.slice(0, 4), poison, ...good.slice(4)].map((invoice, i) => ({ Id: `${i}`, MessageBody: JSON.stringify(invoice) })),
  }));

  const invoiced = async () => {
    const done = await Promise.all([...good, poison].map(async ({ orderId }) => (await tasks(stage, orderId)).includes('invoiced') ? [orderId] : []));
    return done.flat();
  };
  const sent = await until(invoiced, (done) => done.length >= 9);
  narrator.tell('Ten invoices in a batch, one of them poison: the nine good ones are done', unlike(sent, good.map(({ orderId }) => orderId)), [`invoiced: ${sent.join(', ')}`]);
  const dead = await until(() => drain(stage, outputs.InvoicesDeadLettersUrl), (found) => found.length > 0);
  narrator.tell('and the poison alone lies in the dead letters, where an alarm sees it', unlike(dead, [poison]), [`dead letters: ${JSON.stringify(dead)}`]);
}
