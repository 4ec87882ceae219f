import { join } from 'path';
import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { HandlerDefaults } from './handler-defaults';
import { ownLogGroup } from './log-group';
import { mark } from './mark';
import { OWN_HANDLER } from './own-handler';

export interface HandlerFunctionProps {
  /** Folder of the pattern, and name of the handler's file without `.handler.ts`. */
  readonly pattern: string;
  readonly handler: string;
  readonly description: string;
  readonly environment: Record<string, string>;
  readonly timeout: Duration;
  readonly memorySize: number;
  /** @default - a month */
  readonly logRetention?: logs.RetentionDays;
}

/** A function that runs a handler of ours: its own role and log group, and no more rights than to write there and to be traced. */
export function handlerFunction(scope: Construct, id: string, props: HandlerFunctionProps): lambda.Function {
  const logGroup = ownLogGroup(scope, `${id}Logs`, props.logRetention);
  const { vpc, vpcSubnets, securityGroups, permissionsBoundary, memorySize = props.memorySize } = HandlerDefaults.of(scope)._resolved;
  const role = new iam.Role(scope, `${id}Role`, { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'), permissionsBoundary });
  role.addToPrincipalPolicy(new iam.PolicyStatement({
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    resources: [logGroup.logGroupArn],
  }));
  if (vpc) role.addToPrincipalPolicy(networkInterfaces());
  const made = new lambda.Function(scope, id, {
    runtime: lambda.Runtime.NODEJS_24_X,
    architecture: lambda.Architecture.ARM_64,
    handler: 'index.handler',
    code: lambda.Code.fromAsset(join(__dirname, '../../assets', props.pattern, props.handler)),
    description: props.description,
    environment: props.environment,
    timeout: props.timeout,
    memorySize,
    vpc,
    vpcSubnets,
    securityGroups,
    role,
    logGroup,
    loggingFormat: lambda.LoggingFormat.JSON,
    tracing: lambda.Tracing.ACTIVE,
  });
  mark(made, OWN_HANDLER, true);
  return made;
}

/**
 * What Lambda does in the function's role to have it in a VPC.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
 */
function networkInterfaces(): iam.PolicyStatement {
  return new iam.PolicyStatement({
    actions: [
      'ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets', 'ec2:DeleteNetworkInterface', 'ec2:AssignPrivateIpAddresses',
      'ec2:UnassignPrivateIpAddresses',
    ],
    resources: ['*'], // the interfaces have no names before
  });
}
