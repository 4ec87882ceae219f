import { Duration } from 'aws-cdk-lib';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { OverlapPolicy, ScheduledJob } from '../../../src';
import { PatternExample } from '../../support/examples';

export const example: PatternExample = {
  make: (scope, id, { functions: [first, second], encryptionKey }) => {
    const schedule = ScheduleExpression.rate(Duration.days(1));
    const job = new ScheduledJob(scope, id, { function: first, schedule, expectedEvery: Duration.days(1), encryptionKey });
    new ScheduledJob(job, 'Other', { function: second, schedule, overlap: OverlapPolicy.ALLOW, deadLetterQueue: job.deadLetterQueue });
    return job;
  },
  stateful: {
    PatternDeadLettersQueue76E6CFCB: 'AWS::SQS::Queue',
    PatternLease3AC117AA: 'AWS::DynamoDB::Table',
    PatternStateMachine4003ADF1: 'AWS::StepFunctions::StateMachine',
    PatternOtherStateMachineB8DF72A5: 'AWS::StepFunctions::StateMachine',
  },
  findings: {
    'AwsSolutions-DDB3': 'the table holds who runs, and nothing that could be restored',
    'AwsSolutions-IAM5[Resource::*]': 'log delivery, X-Ray and PutMetricData know no resources; the last is bounded by its namespace',
    'AwsSolutions-SF1': 'failures are logged; level ALL would log every state of every run, which the history of a standard execution has already',
    'AwsSolutions-SQS3': 'the queue of dead letters is the end of the way: it has none of its own',
    'Serverless-SQSRedrivePolicy': 'the queue of dead letters is the end of the way: it has none of its own',
  },
};
