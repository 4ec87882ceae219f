import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { FunctionApi } from '../../src';

/** An app whose snapshot holds no path of the machine that made it. */
export function integApp(): App {
  return new App({ postCliContext: { 'aws:cdk:disable-creation-stack-traces': true } });
}

/** Where an API answers, with a slash at its end: on AWS, or on the local engine. */
export function addressOf(api: FunctionApi): string {
  return process.env.LOCAL_AWS ? `${process.env.LOCAL_AWS}/restapis/${api.restApi.restApiId}/prod/_user_request_/` : api.url;
}

/** A function of a few lines. */
export function inlineFunction(scope: Construct, id: string, body: string): lambda.Function {
  return new lambda.Function(scope, id, {
    runtime: lambda.Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline(`exports.handler = async (event) => {\n${body}\n};`),
  });
}

/** What a test of the deployed stack has to know. */
export function outputs(stack: Stack, values: Record<string, string>): void {
  for (const [name, value] of Object.entries(values)) new CfnOutput(stack, name, { value });
}
