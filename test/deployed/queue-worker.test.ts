/** The integration test's own app on the local engine, asked what assertions of a stack cannot ask. */
import { join } from 'path';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { bootstrap, Engine, startEngine } from '../../tools/local-aws/engine';
import { stopAll } from '../../tools/process';
import { deploy } from '../support/deployment';
import { root } from '../support/examples';
import { Ledger, Queues } from '../support/queues';

jest.setTimeout(180_000);

let engine: Engine;
let outputs: Record<string, string>;
let ledger: Ledger;
let queues: Queues;

beforeAll(async () => {
  engine = await startEngine();
  await bootstrap(engine);
  outputs = await deploy(engine, join(root, 'integ/integ.queue-worker.senders.ts'), 'IntegQueueWorkerSenders');
  ledger = new Ledger(engine, outputs.LedgerName);
  queues = new Queues(engine);
});
afterAll(stopAll);

test('fault 34: one of ten messages fails: nine are done, once, and it alone comes back', async () => {
  const ids = Array.from({ length: 10 }, (_, i) => `batch-${i}`);
  for (const id of ids) await queues.send(outputs.Queue, { id, failing: id === 'batch-7' ? ['Worker'] : [] });
  for (const id of ids.filter((each) => each !== 'batch-7')) expect(await ledger.handled('Worker', id)).toBe(1);
  const poison = await queues.take(outputs.DeadLetters, ({ id }) => id === 'batch-7');
  expect(poison.json).toEqual({ id: 'batch-7', failing: ['Worker'] });
  for (const id of ids) expect([id, await ledger.times('Worker', id)]).toEqual([id, id === 'batch-7' ? 0 : 1]);
});

test('fault 37: poison that is no JSON ends in the dead letters after two receives', async () => {
  await queues.send(outputs.Queue, 'not an object' as any);
  const poison = await queues.take(outputs.DeadLetters, (body) => body === 'not an object');
  expect(Number(poison.Attributes!.ApproximateReceiveCount)).toBeGreaterThan(2); // ours is the third
});

test('fault 36: FIFO: a message that fails is not overtaken', async () => {
  await queues.send(outputs.OrderedQueue, { id: 'first' }, 'a');
  await queues.send(outputs.OrderedQueue, { id: 'poison', failing: ['OrderedWorker'] }, 'a');
  await queues.send(outputs.OrderedQueue, { id: 'third' }, 'a');
  await ledger.handled('OrderedWorker', 'first');
  expect((await queues.take(outputs.OrderedDeadLetters)).json.id).toBe('poison');
  expect(await ledger.handled('OrderedWorker', 'third')).toBe(1);
});

test('FIFO: the same content is handled once', async () => {
  for (let i = 0; i < 3; i++) await queues.send(outputs.OrderedQueue, { id: 'twin' }, 'b');
  await ledger.handled('OrderedWorker', 'twin');
  await queues.send(outputs.OrderedQueue, { id: 'after' }, 'b');
  await ledger.handled('OrderedWorker', 'after');
  expect(await ledger.times('OrderedWorker', 'twin')).toBe(1);
});

test('a topic delivers the message as it was published', async () => {
  await new SNSClient(engine.client).send(new PublishCommand({ TopicArn: outputs.TopicArn, Message: '{"id":"published"}' }));
  expect(await ledger.handled('Worker', 'published')).toBe(1);
});

test('a rule delivers an event', async () => {
  await new EventBridgeClient(engine.client).send(new PutEventsCommand({ Entries: [{ Source: 'integ.worker', DetailType: 'x', Detail: '{"id":"announced"}' }] }));
  expect(await ledger.handled('Worker', 'announced')).toBe(1);
});

test('a bucket notifies of what is in its prefix', async () => {
  const s3 = new S3Client({ ...engine.client, forcePathStyle: true });
  for (const Key of ['out/other', 'in/full']) await s3.send(new PutObjectCommand({ Bucket: outputs.BucketName, Key, Body: 'x' }));
  expect(await ledger.handled('UploadWorker', 'in/full')).toBe(1);
  expect(await ledger.times('UploadWorker', 'out/other')).toBe(0);
});

test('a filter lets through what was asked for', async () => {
  await queues.send(outputs.SelectiveQueue, { id: 'unwanted', kind: 'reminder' });
  await queues.send(outputs.SelectiveQueue, { id: 'wanted', kind: 'invoice' });
  expect(await ledger.handled('SelectiveWorker', 'wanted')).toBe(1);
  expect(await ledger.times('SelectiveWorker', 'unwanted')).toBe(0);
});

test('fault 17: a topic that the queue\'s policy does not name delivers nothing', async () => {
  const sqs = new SQSClient(engine.client);
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: outputs.Queue, AttributeNames: ['Policy'] }));
  const sns = new SNSClient(engine.client);
  const publish = (id: string) => sns.send(new PublishCommand({ TopicArn: outputs.TopicArn, Message: JSON.stringify({ id }) }));
  const policy = (text: string) => sqs.send(new SetQueueAttributesCommand({ QueueUrl: outputs.Queue, Attributes: { Policy: text } }));
  await policy(Attributes!.Policy!.replace(outputs.TopicArn, `${outputs.TopicArn}-other`));
  await publish('refused');
  expect((await queues.take(outputs.DeadLetters, ({ id }) => id === 'refused')).json.id).toBe('refused'); // by the subscription's own dead letters
  await policy(Attributes!.Policy!);
  await publish('admitted');
  expect(await ledger.handled('Worker', 'admitted')).toBe(1);
  expect(await ledger.times('Worker', 'refused')).toBe(0);
});
