import { Duration } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { ObjectPipeline, ObjectProcessor, RowFormat } from '../../../src';
import { PatternExample } from '../../support/examples';

export const example: PatternExample = {
  make: (scope, id, { functions: [first, second], encryptionKey }) => {
    const table = new dynamodb.Table(scope, `${id}Items`, {
      partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      encryptionKey,
    });
    const pipeline = new ObjectPipeline(scope, id, {
      prefix: 'incoming/',
      processor: ObjectProcessor.rows({ format: RowFormat.csv(), table, transform: first, transformTimeout: Duration.seconds(3) }),
      encryptionKey,
    });
    new ObjectPipeline(scope, `${id}Photos`, {
      bucket: pipeline.bucket,
      prefix: 'photos/',
      processor: ObjectProcessor.function(second, { functionTimeout: Duration.seconds(3) }),
      encryptionKey,
    });
    return pipeline;
  },
  stateful: {
    PatternBucketF8954F24: 'AWS::S3::Bucket',
    PatternDeadLettersQueue76E6CFCB: 'AWS::SQS::Queue',
    PatternItemsBCEC4CB0: 'AWS::DynamoDB::Table',
    PatternPhotosDeadLettersQueueCABC86E0: 'AWS::SQS::Queue',
    PatternPhotosQueue9ADFD046: 'AWS::SQS::Queue',
    PatternPhotosStatus84BC5792: 'AWS::DynamoDB::Table',
    PatternQueue00E7A18A: 'AWS::SQS::Queue',
    PatternStatusDFD91094: 'AWS::DynamoDB::Table',
  },
  findings: {
    'AwsSolutions-DDB3': 'the table of statuses holds how far the work is, and nothing that could be restored',
    'AwsSolutions-IAM5[Resource::*]': 'X-Ray knows no resources',
    ...Object.fromEntries(['Pattern/failed', 'Pattern/processed', 'Pattern/rejected', 'PatternPhotos/failed', 'PatternPhotos/processed', 'incoming', 'photos']
      .map((folder) => [`AwsSolutions-IAM5[Resource::<PatternBucketF8954F24.Arn>/${folder}/*]`, 'objects have names that nobody knows before'])),
    'AwsSolutions-S1': 'who reads objects is said by data events of CloudTrail, for those who want them',
    'Serverless-LambdaDLQ': 'Lambda polls the queue and calls the function synchronously: what fails stays in the queue',
    'Serverless-LambdaEventSourceMappingDestination': 'a mapping of SQS has no failure destination: what fails goes to the dead letters by the queue\'s redrive policy',
    'Serverless-SQSRedrivePolicy': 'the queue of dead letters is the end of the way: it has none of its own',
  },
};
