/** The starter as it is shipped, with Step Functions' answers that no engine gives when told to. */
import { createHash } from 'crypto';
import { createServer } from 'http';
import { AddressInfo } from 'net';
import { json } from 'stream/consumers';
import { BUSINESS_ID_PATH, INPUT_PATH, STATE_MACHINE_ARN } from '../../../src/patterns/saga/contract';
import { root } from '../../support/examples';
import { Sandbox } from '../../support/sandbox';

const MACHINE = 'arn:aws:states:us-east-1:111122223333:stateMachine:orders';
/** What Step Functions says to the next calls; then it starts. */
const told: [status: number, type: string][] = [];
const asked: any[] = [];
const states = createServer((request, response) => {
  void json(request).then((body: any) => {
    asked.push(body);
    const [status, type] = told.shift() ?? [200, ''];
    const answer = type ? { __type: type, message: type } : { executionArn: `${MACHINE}:${body.name}`, startDate: 1 };
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(answer));
  });
});
let sandbox: Sandbox;

beforeAll(async () => {
  await new Promise<void>((done) => states.listen(0, '127.0.0.1', done));
  sandbox = new Sandbox('saga/start-execution', {
    NODE_PATH: `${root}/node_modules`,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(states.address() as AddressInfo).port}`,
    [STATE_MACHINE_ARN]: MACHINE,
    [BUSINESS_ID_PATH]: '$.detail.orderId',
    [INPUT_PATH]: '$.detail',
  });
});
beforeEach(() => {
  asked.length = told.length = sandbox.printed.length = 0;
});
afterAll(() => {
  sandbox.stop();
  states.close();
});

/** Hands messages over; which of them failed. */
const start = async (...bodies: unknown[]) => {
  const Records = bodies.map((body, n) => ({ messageId: `m${n}`, body: typeof body === 'string' ? body : JSON.stringify(body) }));
  const { result, errorMessage } = await sandbox.invoke({ Records });
  if (errorMessage) throw new Error(errorMessage);
  return result.batchItemFailures.map(({ itemIdentifier }: { itemIdentifier: string }) => itemIdentifier);
};
const order = (orderId: unknown, more: object = {}) => ({ detail: { orderId, ...more } });

test('starts an execution under the business id, with the input', async () => {
  expect(await start(order('o-1', { total: 9 }))).toEqual([]);
  expect(asked).toEqual([{ stateMachineArn: MACHINE, name: 'o-1', input: '{"orderId":"o-1","total":9}' }]);
});

test('an input is handed on as it was sent, with numbers that JavaScript cannot hold', async () => {
  expect(await start('{"detail": {"orderId": "o-1", "account": 1234567890123456789, "total": 1.10, "list": [0, 2]}}')).toEqual([]);
  expect(asked[0].input).toBe('{"orderId":"o-1","account":1234567890123456789,"total":1.10,"list":[0,2]}');
});

test('a number of many digits is no id: another would have the same name', async () => {
  expect(await start('{"detail": {"orderId": 9007199254740993}}', '{"detail": {"orderId": 1.0}}', order(7))).toEqual(['m0', 'm1']);
  expect(asked.map((one) => one.name)).toEqual(['7']);
});

test('fault 73: a business id that was started before is done', async () => {
  told.push([400, 'ExecutionAlreadyExists']);
  expect(await start(order('o-1'))).toEqual([]);
});

test.each([
  [42, '42'],
  ['A_b-9', 'A_b-9'],
  ['x'.repeat(80), 'x'.repeat(80)],
  ['x'.repeat(81), createHash('sha256').update('x'.repeat(81)).digest('hex')],
  ['order/1 #ü', createHash('sha256').update('order/1 #ü').digest('hex')],
])('the id %j has the name %s', async (id, name) => {
  expect(await start(order(id))).toEqual([]);
  expect(asked.map((one) => one.name)).toEqual([name]);
});

test.each<[string, unknown]>([
  ['no JSON', 'hello'],
  ['no id', { detail: {} }],
  ['an empty id', order('')],
  ['an id that is an object', order({ id: 1 })],
  ['an id that is null', order(null)],
  ['an id that is true', order(true)],
  ['nothing on the way there', { other: 1 }],
  ['text on the way there', { detail: 'text' }],
  ['a list', []],
])('a message with %s comes back, and the others are started', async (_, message) => {
  expect(await start(order('good'), message, order('fine'))).toEqual(['m1']);
  expect(asked.map((one) => one.name).sort()).toEqual(['fine', 'good']);
  expect(sandbox.printed.join('')).toContain('not started');
});

test('what Step Functions does not take comes back', async () => {
  told.push([400, 'StateMachineDoesNotExist']);
  expect(await start(order('o-1'))).toEqual(['m0']);
});

test('a throttled call is tried again', async () => {
  told.push([400, 'ThrottlingException']);
  expect(await start(order('o-1'))).toEqual([]);
  expect(asked).toHaveLength(2);
});

test('a call that is not of a queue is an error', async () => {
  await expect(sandbox.invoke({ detail: { orderId: 'o-1' } })).resolves.toMatchObject({ errorMessage: expect.stringContaining('batch type') });
});
