import { RemovalPolicy } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct, IDependable } from 'constructs';
import { ApiAccessLog } from './api-access-log';
import { ownLogGroup } from '../../foundation/log-group';

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html */
const LINE = {
  requestId: '$context.requestId',
  traceId: '$context.xrayTraceId',
  time: '$context.requestTime',
  route: '$context.httpMethod $context.resourcePath',
  path: '$context.path',
  status: '$context.status',
  responseLength: '$context.responseLength',
  latency: '$context.responseLatency',
  functionLatency: '$context.integrationLatency',
  functionError: '$context.integration.error',
  error: '$context.error.responseType',
  reason: '$context.error.validationErrorString',
  caller: '$context.authorizer.principalId',
  cognitoUser: '$context.authorizer.claims.sub',
  iamPrincipal: '$context.identity.userArn',
  apiKeyId: '$context.identity.apiKeyId',
  sourceIp: '$context.identity.sourceIp',
  userAgent: '$context.identity.userAgent',
};

/** What the stage has to know of the access log, and the log group that it writes to. */
export function accessLogOptions(scope: Construct, log: ApiAccessLog | undefined): { group?: logs.LogGroup; stageOptions: apigateway.StageOptions } {
  if (log?._noneReason) scope.node.addMetadata('cdk-serverless-patterns:noAccessLog', log._noneReason);
  if (!log?._enabled) return { stageOptions: {} };
  const group = ownLogGroup(scope, 'AccessLog', log._retention);
  return {
    group,
    stageOptions: {
      accessLogDestination: new apigateway.LogGroupLogDestination(group),
      accessLogFormat: apigateway.AccessLogFormat.custom(JSON.stringify(LINE)),
    },
  };
}

/** The role with which API Gateway writes logs for the whole account and region: others may rely on it, so it stays. */
export function makeAccountRole(scope: Construct): IDependable {
  const role = new iam.Role(scope, 'LogRole', {
    assumedBy: new iam.ServicePrincipal('apigateway.amazonaws.com'),
    managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('service-role/AmazonAPIGatewayPushToCloudWatchLogs')],
  });
  role.applyRemovalPolicy(RemovalPolicy.RETAIN);
  const account = new apigateway.CfnAccount(scope, 'Account', { cloudWatchRoleArn: role.roleArn });
  account.applyRemovalPolicy(RemovalPolicy.RETAIN);
  return account;
}
