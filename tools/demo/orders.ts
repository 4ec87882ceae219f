import { APIGatewayClient, GetApiKeyCommand } from '@aws-sdk/client-api-gateway';
import { GetAliasCommand, GetPolicyCommand, GetProvisionedConcurrencyConfigCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { Stage } from './chapters';
import { signIn } from './customer';
import { unlike } from './looking';

const PAGE = 'https://shop.example.com';
const READABLE = { 'access-control-allow-origin': PAGE };

/** FunctionApi: who may call, what is let through, and what a page can read. */
export async function orders({ engine, outputs, narrator }: Stage): Promise<void> {
  narrator.chapter('Orders: an API whose routes are functions');
  const token = await signIn({ engine, outputs, narrator });
  const { value: key } = await new APIGatewayClient(engine.client).send(new GetApiKeyCommand({ apiKey: outputs.ApiKeyId, includeValue: true }));
  const signedIn = { 'Authorization': token, 'Idempotency-Key': 'first-try', 'Origin': PAGE };
  const order = { item: 'tea', quantity: 2 };

  await narrator.send('orders', { method: 'OPTIONS', headers: { 'Origin': PAGE, 'Access-Control-Request-Method': 'POST' } }, {
    shows: 'A browser asks first, and needs no credentials for it',
    status: 204,
    headers: { ...READABLE, 'access-control-allow-methods': 'POST', 'access-control-allow-headers': 'Authorization,Content-Type,Idempotency-Key' },
  });
  await narrator.send('orders', { method: 'POST', body: order }, {
    shows: 'Nobody orders without signing in, and the page can read why',
    status: 401,
    headers: READABLE,
  });
  const { orderId } = await narrator.send('orders', { method: 'POST', headers: signedIn, body: order }, {
    shows: 'A customer orders (Cognito), and the order is stored',
    status: 201,
    headers: READABLE,
  });
  await live({ engine, outputs, narrator });
  await narrator.send('orders', { method: 'POST', headers: signedIn, body: order }, {
    shows: 'The same request again makes no second order',
    status: 200,
    body: { orderId },
  });
  await narrator.send('orders', { method: 'POST', headers: signedIn, body: { item: 'tea' } }, {
    shows: 'A body that does not fit never reaches the function, and the answer says what is wrong',
    status: 400,
    body: 'quantity',
    headers: READABLE,
  });
  await narrator.send('orders', { method: 'POST', headers: { ...signedIn, 'content-type': 'text/plain' }, body: { item: 'tea' } }, {
    shows: 'Another content type does not get it past the check',
    status: 400,
  });
  await narrator.send('orders', { method: 'POST', headers: { Authorization: token }, body: order }, {
    shows: 'A required header that is missing is named',
    status: 400,
    body: 'Idempotency-Key',
  });
  await narrator.send(`orders/${orderId}`, {}, {
    shows: 'Anyone can read an order, and sees no customer in it',
    status: 200,
    body: { orderId, item: 'tea', quantity: 2, customer: undefined },
  });
  await narrator.send(`orders/${orderId}`, { method: 'DELETE' }, { shows: 'Cancelling needs an API key', status: 403, headers: READABLE });
  await narrator.send(`orders/${orderId}`, { method: 'DELETE', headers: { 'x-api-key': key! } }, { shows: 'With the key the order is cancelled', status: 204 });
  await narrator.send(`orders/${orderId}`, {}, { shows: 'and is gone', status: 404, headers: READABLE });
}

/** LiveFunction: what serves is an alias. */
async function live({ engine, outputs, narrator }: Stage): Promise<void> {
  const lambda = new LambdaClient(engine.client);
  const [FunctionName, Name] = outputs.CreateOrderAlias.split(':').slice(-2);
  const { FunctionVersion } = await lambda.send(new GetAliasCommand({ FunctionName, Name }));
  const provisioned = await lambda.send(new GetProvisionedConcurrencyConfigCommand({ FunctionName, Qualifier: Name }));
  const ready = provisioned.AvailableProvisionedConcurrentExecutions;
  const { Policy } = await lambda.send(new GetPolicyCommand({ FunctionName }));
  const callable = new Set(JSON.parse(Policy!).Statement.map(({ Resource }: { Resource: string }) => Resource));
  narrator.tell('It was served by an alias with executions that are ready, and the API may call nothing else of the function', [
    ...unlike([Name, FunctionVersion, ready], ['live', '1', 5]), ...unlike([...callable], [outputs.CreateOrderAlias]),
  ], [`${Name}: version ${FunctionVersion}, ${ready} executions ready`]);
}
