/** Sagas whose functions book under their key, or fail, as the input plans. */
import { App, Duration, Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { plannedFunctions, plannedTable } from './saga-functions';
import { outputs } from '../../../integ/support/apps';
import { AlarmActions, AlarmSetting, QueueWorker, Saga, SagaProps, SagaRetry, SagaStarter, SagaStep, SagaTask } from '../../../src';

const stack = new Stack(new App(), 'Sagas');
const onCall = new sns.Topic(stack, 'OnCall', { enforceSSL: true });
const told = new sqs.Queue(stack, 'Told');
onCall.addSubscription(new SqsSubscription(told));
AlarmActions.of(stack).addTopic(onCall);

const table = plannedTable(stack);
const makeFunction = plannedFunctions(stack, table, Duration.seconds(2), `({ step, execution, idempotencyKey, actionKey }) => table.send(actionKey
  ? new DeleteCommand({ TableName, Key: { execution, id: actionKey } })
  : new PutCommand({ TableName, Item: { execution, id: idempotencyKey, step } }))`);
const names = ['A', 'B', 'C', 'D', 'E', 'F'];
const does = Object.fromEntries(names.map((name) => [name, makeFunction(name)]));
const undoes: Record<string, lambda.Function> = Object.fromEntries(names.map((name) => [name, makeFunction(`Undo${name}`)]));
const live = (fn: lambda.Function) => new lambda.Alias(stack, `${fn.node.id}Live`, { aliasName: 'live', version: fn.currentVersion });

const finalErrors = ['Final'];
const compensationRetry = { interval: Duration.seconds(1), backoffRate: 1 };
const step = (name: string, retry?: SagaRetry) => SagaStep.invoke(name, does[name], undoes[name], { finalErrors, compensationRetry, retry });

const made: Record<string, SagaProps> = {
  Linear: {
    steps: [
      SagaStep.invoke('A', live(does.A), live(undoes.A), { finalErrors }),
      SagaStep.invoke('B', does.B, undoes.B, { finalErrors }),
      SagaStep.withoutCompensation('C', SagaTask.invoke(does.C), 'nothing can undo it', { finalErrors }),
    ],
    encryptionKey: new kms.Key(stack, 'Key', { enableKeyRotation: true }),
    alarms: { compensated: AlarmSetting.threshold(1) },
  },
  // waits long enough for somebody to change something meanwhile
  Compensated: { steps: [step('A'), step('B'), step('C', { interval: Duration.seconds(60), maxDelay: Duration.seconds(90) })] },
  Grouped: {
    steps: [
      step('A'),
      SagaStep.parallel('G', step('B'), SagaStep.sequence(step('C'), SagaStep.parallel('H', step('D'), step('E')))),
      step('F'),
    ],
  },
};
const sagas = Object.entries(made).map(([name, props]) => [name, new Saga(stack, name, props)] as const);

const [[, linear]] = sagas;
const starter = new SagaStarter(stack, 'Starter', { saga: linear, businessId: '$.detail.orderId', input: '$.detail' });
const orders = new QueueWorker(stack, 'Orders', { function: starter.function, maxReceiveCount: 2 });

for (const [name, { stateMachine, failedCompensations, uncaughtExecutions }] of sagas) {
  outputs(stack, {
    [`${name}Arn`]: stateMachine.stateMachineArn,
    [`${name}Failed`]: failedCompensations.queueUrl,
    [`${name}Uncaught`]: uncaughtExecutions.queueUrl,
  });
}
for (const name of names) outputs(stack, { [`Does${name}`]: does[name].functionName, [`Undoes${name}`]: undoes[name].functionArn });
outputs(stack, {
  TableName: table.tableName,
  OrdersUrl: orders.queue.queueUrl,
  NotStartedUrl: orders.deadLetterQueue.queueUrl,
  ToldUrl: told.queueUrl,
});
