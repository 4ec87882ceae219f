import { Saga, SagaStarter, SagaStep, SagaTask } from '../../../src';
import { PatternExample } from '../../support/examples';

export const example: PatternExample = {
  make: (scope, id, { functions: [first, second], encryptionKey }) => {
    const saga = new Saga(scope, id, {
      steps: [
        SagaStep.invoke('Book', first, second, { finalErrors: ['SoldOut'] }),
        SagaStep.withoutCompensation('Announce', SagaTask.invoke(second), 'what is said is said'),
      ],
      encryptionKey,
    });
    new SagaStarter(saga, 'Starter', { saga, businessId: '$.id' });
    return saga;
  },
  stateful: {
    PatternFailedCompensationsQueue37896F6B: 'AWS::SQS::Queue',
    PatternStateMachine4003ADF1: 'AWS::StepFunctions::StateMachine',
    PatternUncaughtExecutionsQueueAA70F2BB: 'AWS::SQS::Queue',
  },
  findings: {
    'AwsSolutions-IAM5[Resource::*]': 'log delivery, X-Ray and PutMetricData know no resources; the last is bounded by its namespace',
    'AwsSolutions-SF1': 'failures are logged; level ALL would log every state of every execution, which the history of a standard execution has already',
    'AwsSolutions-SQS3': 'both queues are the end of the way: they have no dead letters of their own',
    'Serverless-EventBusDLQ': 'the rule\'s target is the queue of last resort: another one behind it would be no safer',
    'Serverless-LambdaDLQ': 'the starter is called by a mapping of a queue, whose dead letters get what it could not start',
    'Serverless-SQSRedrivePolicy': 'both queues are the end of the way: they have no dead letters of their own',
  },
};
