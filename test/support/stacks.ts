import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

export function newStack(): Stack {
  return new Stack(new App(), 'Test');
}

/** A function without code of its own. */
export function aFunction(scope: Construct, id = 'Fn', props: Partial<lambda.FunctionProps> = {}): lambda.Function {
  return new lambda.Function(scope, id, {
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('exports.handler = async () => ({ statusCode: 200 });'),
    ...props,
  });
}

/** A function that is known by its ARN only, in the stack's own account and region. */
export function importedFunction(scope: Construct, id = 'Imported'): lambda.IFunction {
  return lambda.Function.fromFunctionAttributes(scope, id, {
    functionArn: 'arn:aws:lambda:us-east-1:111122223333:function:imported',
    sameEnvironment: true,
  });
}

export type Resources = Record<string, { Type: string; Properties: any; DependsOn?: string[]; DeletionPolicy?: string }>;

export function resourcesOf(stack: Stack): Resources {
  return Template.fromStack(stack).toJSON().Resources;
}

/** The properties of the resources of a type. */
export function propertiesOf(stack: Stack, type: string): any[] {
  return Object.values(resourcesOf(stack)).filter((resource) => resource.Type === type).map((resource) => resource.Properties ?? {});
}

/** Number of resources of each type. */
export function countByType(resources: Resources): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { Type } of Object.values(resources)) counts[Type] = (counts[Type] ?? 0) + 1;
  return counts;
}

/** Texts of the warnings of a stack that are ours. */
export function warningsOf(stack: Stack): string[] {
  return Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('.*')).map((found) => String(found.entry.data))
    .filter((text) => text.includes('cdk-serverless-patterns:'));
}
