/** An API under a name of its own, and one that a network policy shuts. */
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { inlineFunction } from '../../../integ/support/apps';
import { ApiAccess, ApiDomain, ApiRoute, FunctionApi } from '../../../src';

const stack = new Stack(new App(), 'Domain');
const echo = inlineFunction(stack, 'Echo', 'return { statusCode: 200, body: event.resource };');
const hostedZone = new route53.PublicHostedZone(stack, 'Zone', { zoneName: 'example.com' });
const certificate = acm.Certificate.fromCertificateArn(stack, 'Certificate', 'arn:aws:acm:us-east-1:111122223333:certificate/c1');
const routes = { 'GET /things/{id}': ApiRoute.to(echo) };

const picture = inlineFunction(stack, 'Picture', `
  const bytes = Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8');
  return { statusCode: 200, headers: { 'content-type': 'image/png' }, body: bytes.reverse().toString('base64'), isBase64Encoded: true };
`);
const named = new FunctionApi(stack, 'Named', {
  access: ApiAccess.anonymous(),
  binaryMediaTypes: ['image/png'],
  domain: ApiDomain.of('api.example.com', certificate, { hostedZone, basePath: 'v1' }),
  routes: { ...routes, 'PUT /picture': ApiRoute.to(picture) },
});
const shut = new FunctionApi(stack, 'Shut', {
  access: ApiAccess.anonymous(),
  policy: new iam.PolicyDocument({
    statements: [new iam.PolicyStatement({
      principals: [new iam.AnyPrincipal()],
      actions: ['execute-api:Invoke'],
      resources: ['execute-api:/*'],
      conditions: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
    })],
  }),
  routes,
});
new CfnOutput(stack, 'ZoneId', { value: hostedZone.hostedZoneId });
new CfnOutput(stack, 'NamedUrl', { value: named.restApi.url });
new CfnOutput(stack, 'ShutUrl', { value: shut.url });
