/** The integration tests' own apps on the local engine, asked what assertions of a stack cannot ask. */
import { request } from 'http';
import { join } from 'path';
import { APIGatewayClient, GetApiKeyCommand } from '@aws-sdk/client-api-gateway';
import { CloudWatchClient, DescribeAlarmsCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  AdminCreateUserCommand, AdminInitiateAuthCommand, AdminSetUserPasswordCommand, CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import { GetPolicyCommand, LambdaClient, ListFunctionsCommand, RemovePermissionCommand } from '@aws-sdk/client-lambda';
import { ListResourceRecordSetsCommand, Route53Client } from '@aws-sdk/client-route-53';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { AwsClient } from 'aws4fetch';
import { bootstrap, Engine, localUrl, startEngine } from '../../tools/local-aws/engine';
import { stopAll } from '../../tools/process';
import { deploy } from '../support/deployment';
import { root } from '../support/examples';
import { Issuer } from '../support/issuer';

jest.setTimeout(180_000);

const PAGE = 'https://shop.example.com';

let issuer: Issuer;
let engine: Engine;
let outputs: Record<string, string>;
let base: string;

beforeAll(async () => {
  issuer = await Issuer.start();
  engine = await startEngine({ env: { NODE_EXTRA_CA_CERTS: issuer.caFile } });
  await bootstrap(engine);
  outputs = await deploy(engine, join(root, 'integ/integ.function-api.access.ts'), 'IntegFunctionApiAccess', { TEST_JWT_ISSUER: issuer.url });
  base = localUrl(engine, outputs.Url);
});
afterAll(async () => {
  await stopAll();
  await issuer?.stop();
});

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${base}${path}`, { headers });
const statusOf = async (path: string, headers: Record<string, string> = {}) => (await get(path, headers)).status;
const post = (query: string, headers: Record<string, string>, body: string) => fetch(`${base}validated${query}`, { method: 'POST', headers, body });
const json = { 'content-type': 'application/json', 'x-trace': '1' };

describe('access', () => {
  const as = async (RoleArn: string, path: string) => {
    const { Credentials } = await new STSClient(engine.client).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test' }));
    const client = new AwsClient({
      accessKeyId: Credentials!.AccessKeyId!, secretAccessKey: Credentials!.SecretAccessKey!, sessionToken: Credentials!.SessionToken, service: 'execute-api', region: 'us-east-1',
    });
    return (await client.fetch(`${base}${path}`)).status;
  };

  test('IAM: who was granted may call, who was not may not, and nobody may without a signature', async () => {
    expect(await as(outputs.CallerArn, 'iam/ada')).toBe(200);
    expect(await as(outputs.StrangerArn, 'iam/ada')).toBe(403);
    expect(await statusOf('iam/ada')).toBe(403);
  });

  test('Cognito: a signed-in user may call, with claims; others may not', async () => {
    const cognito = new CognitoIdentityProviderClient(engine.client);
    const user = { UserPoolId: outputs.UserPoolId, Username: 'ada' };
    await cognito.send(new AdminCreateUserCommand({ ...user, MessageAction: 'SUPPRESS' }));
    await cognito.send(new AdminSetUserPasswordCommand({ ...user, Password: 'Correct-horse-1', Permanent: true }));
    const { AuthenticationResult } = await cognito.send(new AdminInitiateAuthCommand({
      UserPoolId: outputs.UserPoolId, ClientId: outputs.ClientId, AuthFlow: 'ADMIN_USER_PASSWORD_AUTH', AuthParameters: { USERNAME: 'ada', PASSWORD: 'Correct-horse-1' },
    }));
    const answer = await get('cognito', { authorization: AuthenticationResult!.IdToken! });
    expect(await answer.json()).toMatchObject({ authorizer: { claims: { 'cognito:username': 'ada' } } });
    expect(await statusOf('cognito')).toBe(401);
    expect(await statusOf('cognito', { authorization: issuer.token() })).toBe(401);
  });

  test('JWT: tokens of the issuer, with the audience, and with a scope where one is asked for', async () => {
    const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
    const answer = await get('jwt', bearer(issuer.token({ team: 'a' })));
    expect(answer.status).toBe(200);
    const { authorizer } = await answer.json() as any;
    expect(authorizer.principalId).toBe('ada');
    expect(JSON.parse(authorizer.claims)).toMatchObject({ team: 'a' });
    expect(await statusOf('jwt')).toBe(401);
    expect(await statusOf('jwt', { authorization: 'Basic abc' })).toBe(401);
    expect(await statusOf('jwt', bearer(issuer.token({ aud: 'billing' })))).toBe(401);
    expect(await statusOf('jwt', bearer(issuer.forged()))).toBe(401);
    expect(await statusOf('jwt/write', bearer(issuer.token()))).toBe(403);
    expect(await statusOf('jwt/write', bearer(issuer.token({ scope: 'orders:write' })))).toBe(200);
    issuer.broken = true;
    issuer.rotate('next');
    expect(await statusOf('jwt', bearer(issuer.token()))).toBe(500); // the issuer's fault, not the caller's
    issuer.broken = false;
  });

  test('Lambda authorizer: its verdict, and 401 without its header', async () => {
    expect(await statusOf('lambda', { 'x-ticket': 'valid' })).toBe(200);
    expect(await statusOf('lambda', { 'x-ticket': 'forged' })).toBe(403);
    expect(await statusOf('lambda')).toBe(401);
  });

  test('API key: the key of the plan, and no other', async () => {
    const { value } = await new APIGatewayClient(engine.client).send(new GetApiKeyCommand({ apiKey: outputs.KeyId, includeValue: true }));
    expect(await statusOf('key', { 'x-api-key': value! })).toBe(200);
    expect(await statusOf('key', { 'x-api-key': 'guessed' })).toBe(403);
  });
});

describe('validation', () => {
  test('what fits reaches the function', async () => {
    expect((await post('?currency=EUR', json, '{"item":"tea","price":1}')).status).toBe(200);
  });

  test.each([
    ['{"price":1}', 'item'],
    ['{"item":1}', 'string'],
    ['{"item":"tea","price":-1}', 'minimum'],
    ['not json', 'JSON'],
  ])('%s is refused, and the answer says why', async (body, why) => {
    const answer = await post('?currency=EUR', json, body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({ message: 'Invalid request body', reason: expect.stringContaining(why) });
  });

  test('a missing query parameter or header is refused and named', async () => {
    expect(await (await post('', json, '{"item":"tea"}')).json()).toEqual({ message: 'Missing required request parameters: [currency]' });
    expect(await (await post('?currency=EUR', { 'content-type': 'application/json' }, '{"item":"tea"}')).json()).toEqual({ message: 'Missing required request parameters: [X-Trace]' });
  });

  test('fault 3: a usual content type does not get a body past the check; an unheard-of one does, which the README says', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/octet-stream', 'application/json; charset=utf-8']) {
      expect((await post('?currency=EUR', { ...json, 'content-type': type }, '{"price":1}')).status).toBe(400);
    }
    expect((await post('?currency=EUR', { ...json, 'content-type': 'x/y' }, '{"price":1}')).status).toBe(200);
  });
});

describe('answers that a page can read', () => {
  test('fault 8: every error carries the origin, whatever made it', async () => {
    for (const [answer, status] of [
      [await get('cognito'), 401],
      [await get('iam/ada'), 403],
      [await get('no/such/route'), 403],
      [await post('?currency=EUR', json, '{}'), 400],
      [await get('anonymous/ada?answer=malformed'), 502],
      [await get('anonymous/ada?answer=error'), 502],
    ] as const) {
      expect([answer.url, answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([answer.url, status, PAGE]);
    }
  });

  test('fault 1: a function that answers in another form or fails is a 502 that tells nothing of its inside', async () => {
    for (const kind of ['malformed', 'error']) {
      expect(await (await get(`anonymous/ada?answer=${kind}`)).json()).toEqual({ message: 'Internal server error' });
    }
  });

  test('a preflight is answered without credentials', async () => {
    const answer = await fetch(`${base}jwt`, { method: 'OPTIONS', headers: { 'origin': PAGE, 'access-control-request-method': 'GET' } });
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-origin')).toBe(PAGE);
    expect(answer.headers.get('access-control-allow-headers')).toBe('Authorization,Content-Type');
  });

  test('of several origins, the page\'s own is allowed and a stranger\'s is not', async () => {
    const { Url } = await deploy(engine, join(root, 'integ/integ.function-api.many-routes.ts'), 'IntegFunctionApiManyRoutes');
    const preflight = (origin: string) => fetch(`${localUrl(engine, Url)}things7`, { method: 'OPTIONS', headers: { origin } });
    for (const origin of [PAGE, 'https://admin.example.com']) {
      const { headers, status } = await preflight(origin);
      expect([status, headers.get('access-control-allow-origin'), headers.get('access-control-allow-credentials'), headers.get('vary')]).toEqual([204, origin, 'true', 'Origin']);
    }
    for (const origin of ['https://evil.example', 'https://shop.example.com.evil.example', '"))#end', '$context.identity']) {
      expect((await preflight(origin)).headers.get('access-control-allow-origin')).toBeNull();
    }
  });
});

test('fault 9: a route above its rate answers 429, the others go on', async () => {
  const statuses = await Promise.all(Array.from({ length: 5 }, () => statusOf('slow')));
  expect(statuses).toContain(200);
  expect(statuses).toContain(429);
  expect(await statusOf('anonymous/ada')).toBe(200);
});

test('fault 7: a new route is live, and so is the old one', async () => {
  const app = join(root, 'test/deployed/apps/growing.ts');
  await deploy(engine, app, 'Growing', { ROUTES: 'a' });
  const url = localUrl(engine, (await deploy(engine, app, 'Growing', { ROUTES: 'a,b' })).Url);
  expect(await (await fetch(`${url}a`)).text()).toBe('a');
  expect(await (await fetch(`${url}b`)).text()).toBe('b');
});

describe('the way in', () => {
  let deployed: Record<string, string>;
  beforeAll(async () => { deployed = await deploy(engine, join(root, 'test/deployed/apps/domain.ts'), 'Domain'); });

  test('a domain serves the API under its base path, and has a record', async () => {
    const ask = (path: string) => new Promise<[number, string]>((done, fail) => request(`${engine.endpoint}${path}`, { headers: { host: 'api.example.com' } }, (answer) => {
      let text = '';
      answer.on('data', (data) => { text += data; }).on('end', () => done([answer.statusCode!, text]));
    }).on('error', fail).end());
    expect(await ask('/v1/things/1')).toEqual([200, '/things/{id}']);
    expect((await ask('/things/1'))[0]).not.toBe(200);
    const { ResourceRecordSets } = await new Route53Client(engine.client).send(new ListResourceRecordSetsCommand({ HostedZoneId: deployed.ZoneId }));
    expect(ResourceRecordSets).toContainEqual(expect.objectContaining({ Name: 'api.example.com.', Type: 'A', AliasTarget: expect.anything() }));
  });

  test('binary bodies come and go as bytes', async () => {
    const bytes = Uint8Array.from([0, 255, 137, 80, 0xc3]);
    const answer = await fetch(`${localUrl(engine, deployed.NamedUrl)}picture`, { method: 'PUT', headers: { 'content-type': 'image/png', 'accept': 'image/png' }, body: bytes });
    expect([...new Uint8Array(await answer.arrayBuffer())]).toEqual([...bytes].reverse());
  });

  test('a resource policy shuts out whom it does not allow', async () => {
    expect((await fetch(`${localUrl(engine, deployed.ShutUrl)}things/1`)).status).toBe(403);
  });
});

test('the alarm of server errors reaches its action, with the dimensions that it names', async () => {
  const cloudwatch = new CloudWatchClient(engine.client);
  const { MetricAlarms } = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [outputs.AlarmName] }));
  const { Namespace, MetricName, Dimensions } = MetricAlarms![0];
  await cloudwatch.send(new PutMetricDataCommand({ Namespace, MetricData: [{ MetricName, Dimensions, Value: 1, Unit: 'Count' }] }));
  const sqs = new SQSClient(engine.client);
  let told = '';
  for (let i = 0; i < 60 && !told; i++) {
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: outputs.ToldUrl, WaitTimeSeconds: 1 }));
    told = Messages?.[0].Body ?? '';
  }
  expect(JSON.parse(JSON.parse(told).Message)).toMatchObject({ AlarmName: outputs.AlarmName, NewStateValue: 'ALARM' });
});

test('without its permission a function is not called: the one permission is needed and enough', async () => {
  const lambda = new LambdaClient(engine.client);
  const { Functions } = await lambda.send(new ListFunctionsCommand({}));
  const { FunctionName } = Functions!.find((fn) => fn.FunctionName!.startsWith('IntegFunctionApiAccess-Echo'))!;
  const { Statement } = JSON.parse((await lambda.send(new GetPolicyCommand({ FunctionName }))).Policy!);
  expect(Statement).toHaveLength(1);
  expect(await statusOf('anonymous/ada')).toBe(200);
  await lambda.send(new RemovePermissionCommand({ FunctionName, StatementId: Statement[0].Sid }));
  expect(await statusOf('anonymous/ada')).toBe(500);
});
