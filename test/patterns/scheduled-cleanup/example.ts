import { Duration } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import { CleanupTarget, ScheduledCleanup } from '../../../src';
import { PatternExample } from '../../support/examples';

export const example: PatternExample = {
  make: (scope, id, { functions, encryptionKey }) => {
    const table = new dynamodb.Table(scope, `${id}Items`, {
      partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      encryptionKey,
    });
    // it calls no functions of its users: they write what is cleaned up
    const write = new iam.PolicyStatement({ actions: ['dynamodb:PutItem'], resources: [table.tableArn] });
    for (const fn of functions) fn.grantPrincipal.addToPrincipalPolicy(write);
    return new ScheduledCleanup(scope, id, { target: CleanupTarget.items(table, { timestamp: 'at' }), olderThan: Duration.days(30), encryptionKey });
  },
  stateful: {
    PatternDeadLettersQueue76E6CFCB: 'AWS::SQS::Queue',
    PatternItemsBCEC4CB0: 'AWS::DynamoDB::Table',
    PatternLease3AC117AA: 'AWS::DynamoDB::Table',
    PatternStateMachine4003ADF1: 'AWS::StepFunctions::StateMachine',
  },
  findings: {
    'AwsSolutions-DDB3': 'the table of the lease holds who runs, and nothing that could be restored',
    'AwsSolutions-IAM5[Resource::*]': 'log delivery and X-Ray know no resources',
    'AwsSolutions-SF1': 'failures are logged; level ALL would log every state of every run, which the history of a standard execution has already',
    'AwsSolutions-SQS3': 'the queue of dead letters is the end of the way: it has none of its own',
    'Serverless-LambdaDLQ': 'Step Functions calls the function synchronously: its failure is the run\'s',
    'Serverless-SQSRedrivePolicy': 'the queue of dead letters is the end of the way: it has none of its own',
  },
};
