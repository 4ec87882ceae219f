/** 200 routes of one function, for pages of two origins: one API, one permission. */
import { ExpectedResult, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { CfnOutput, Stack } from 'aws-cdk-lib';
import { AlarmActions, ApiAccess, ApiCors, ApiRoute, FunctionApi } from '../src';
import { addressOf, inlineFunction, integApp } from './support/apps';

const app = integApp();
const stack = new Stack(app, 'IntegFunctionApiManyRoutes');
const echo = inlineFunction(stack, 'Echo', 'return { statusCode: 200, body: JSON.stringify({ resource: event.resource }) };');
const api = new FunctionApi(stack, 'Api', {
  access: ApiAccess.anonymous(),
  routes: Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`GET /things${i}`, ApiRoute.to(echo)])),
  cors: ApiCors.origins(['https://shop.example.com', 'https://admin.example.com'], { credentials: true }),
});
new CfnOutput(stack, 'Url', { value: api.url });
AlarmActions.of(stack).none('a test');

const integ = new IntegTest(app, 'FunctionApiManyRoutes', {
  testCases: [stack],
  cdkCommandOptions: { destroy: { args: { force: true } } },
});
for (const thing of ['things0', 'things199']) {
  integ.assertions.httpApiCall(`${addressOf(api)}${thing}`).expect(ExpectedResult.objectLike({ status: 200, body: { resource: `/${thing}` } }));
}
