import { Duration, Stack } from 'aws-cdk-lib';
import { LiveFunction, ProvisionedConcurrency, QueueWorker, Rollout } from '../../../src';
import { PatternExample } from '../../support/examples';
import { aFunction } from '../../support/stacks';

export const example: PatternExample = {
  make: (scope, id, { functions, encryptionKey }) => {
    // it makes functions live that are of its own stack, so those of the tests only send
    const live = new LiveFunction(scope, id, {
      function: aFunction(Stack.of(scope), `${id}Fn`),
      provisionedConcurrency: ProvisionedConcurrency.of(2),
      rollout: Rollout.canary({ percent: 10, interval: Duration.minutes(5) }),
    });
    const worker = new QueueWorker(scope, `${id}Worker`, { function: live.alias, encryptionKey });
    for (const fn of functions) worker.grantSend(fn);
    return live;
  },
  stateful: {
    PatternWorkerQueue1E91E4E6: 'AWS::SQS::Queue',
    PatternWorkerDeadLettersQueue70405CDE: 'AWS::SQS::Queue',
  },
  findings: {
    'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited]': 'what CodeDeploy does is its own affair: AWS says in this policy what it needs',
    'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]': 'the function is the user\'s',
    'Serverless-LambdaDLQ': 'the function is the user\'s',
    'Serverless-LambdaDefaultMemorySize': 'the function is the user\'s',
    'Serverless-LambdaDefaultTimeout': 'the function is the user\'s',
    'Serverless-LambdaEventSourceMappingDestination': 'a mapping of SQS has no failure destination: what fails goes to the dead letters by the queue\'s redrive policy',
    'Serverless-LambdaTracing': 'the function is the user\'s',
    'Serverless-SQSRedrivePolicy': 'the queue of dead letters is the end of the way: it has none of its own',
  },
};
