import { ApiAccess, ApiCors, ApiRoute, FunctionApi } from '../../../src';
import { PatternExample } from '../../support/examples';

export const example: PatternExample = {
  make: (scope, id, { functions: [first, second] }) => new FunctionApi(scope, id, {
    access: ApiAccess.iam(),
    routes: {
      'POST /orders': ApiRoute.to(first, { body: { type: 'object', required: ['item'], properties: { item: { type: 'string' } } } }),
      'GET /orders/{id}': ApiRoute.to(second, { access: ApiAccess.jwt('https://login.example.com/', { audience: ['orders'] }) }),
      'DELETE /orders/{id}': ApiRoute.to(second, { access: ApiAccess.apiKey() }),
    },
    cors: ApiCors.origins(['https://shop.example.com']),
  }),
  stateful: {
    PatternApi4FFE1FD0: 'AWS::ApiGateway::RestApi', // its address is known to callers
    PatternApiKeyD86715A5: 'AWS::ApiGateway::ApiKey',
  },
  findings: {
    'AwsSolutions-APIG1': 'an access log needs a role that is the account\'s, so it is a stated choice (ApiAccessLog)',
    'AwsSolutions-APIG2': 'requests are validated: the rule looks for a resource, and the validator is in the OpenAPI body',
    'AwsSolutions-APIG3': 'a web access control list costs by the month; the README shows how to attach one to api.stage',
    'AwsSolutions-APIG6': 'execution logs need the account\'s role too, cost more than the requests, and hold their bodies',
    'AwsSolutions-IAM5[Resource::*]': 'the actions of X-Ray have no resource type',
    'Serverless-APIGWAccessLogging': 'as AwsSolutions-APIG1',
    'Serverless-LambdaDLQ': 'API Gateway calls the JWT verifier synchronously: a failure is its caller\'s answer',
  },
};
