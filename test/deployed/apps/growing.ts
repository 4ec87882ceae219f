/** An API that has as many routes as it is told. */
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { inlineFunction } from '../../../integ/support/apps';
import { ApiAccess, ApiRoute, FunctionApi } from '../../../src';

const stack = new Stack(new App(), 'Growing');
const api = new FunctionApi(stack, 'Api', { access: ApiAccess.anonymous() });
for (const name of process.env.ROUTES!.split(',')) {
  api.addRoute(`GET /${name}`, ApiRoute.to(inlineFunction(stack, name, `return { statusCode: 200, body: '${name}' };`)));
}
new CfnOutput(stack, 'Url', { value: api.url });
