import { Duration } from 'aws-cdk-lib';
import { QueueWorker } from '../../../src';
import { PatternExample } from '../../support/examples';

export const example: PatternExample = {
  make: (scope, id, { functions: [first, second], encryptionKey }) => {
    const worker = new QueueWorker(scope, id, { function: first, functionTimeout: Duration.seconds(3), encryptionKey });
    worker.grantSend(second);
    return worker;
  },
  stateful: {
    PatternQueue00E7A18A: 'AWS::SQS::Queue',
    PatternDeadLettersQueue76E6CFCB: 'AWS::SQS::Queue',
  },
  findings: {
    'Serverless-SQSRedrivePolicy': 'the queue of dead letters is the end of the way: it has none of its own',
    'Serverless-LambdaEventSourceMappingDestination': 'a mapping of SQS has no failure destination: what fails goes to the dead letters by the queue\'s redrive policy',
  },
};
