import { Annotations, Names, Token } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { definedFunction } from './defined-function';
import { checkPlace } from './environment';
import { checkRange, inputError } from './input-error';
import { mappingConcurrency } from './mapping-concurrency';
import { mark, marked } from './mark';
import { QueueConsumerOptions } from './queue-consumer-options';
import { grantConsume } from './queue-grant';
import { batchingWindow, batchSizeOf, checkVisibility, visibilityTimeout } from './visibility-timeout';

const CONSUMED = 'queueConsumer';
const DEFAULT_RETENTION = 4 * 86_400;

export interface QueueConsumerProps extends QueueConsumerOptions {
  readonly function: lambda.IFunction;
  readonly deadLetterQueue: sqs.IQueue;
  /** @default false */
  readonly fifo?: boolean;
  /** @default - SQS's own key */
  readonly encryptionKey?: kms.IKey;
}

/** A queue that is made for a function to work off. */
export function queueFor(scope: Construct, id: string, props: QueueConsumerProps): sqs.Queue {
  const { maxReceiveCount = 5, fifo } = props;
  checkRange('maxReceiveCount', maxReceiveCount, 1, 1000);
  const queue = new sqs.Queue(scope, id, {
    fifo: fifo || undefined, // CloudFormation refuses false
    contentBasedDeduplication: fifo || undefined,
    visibilityTimeout: visibilityTimeout(scope, props, props.visibilityTimeout),
    deadLetterQueue: { queue: props.deadLetterQueue, maxReceiveCount },
    encryptionMasterKey: props.encryptionKey,
    enforceSSL: true,
  });
  checkRetention(scope, queue, props.deadLetterQueue);
  return queue;
}

/** What a queue of the user's own has to be like. */
export function checkOwnQueue(scope: Construct, queue: sqs.Queue, props: QueueConsumerProps): void {
  const { visibilityTimeout: seconds = 30 } = queue.node.defaultChild as sqs.CfnQueue;
  if (!Token.isUnresolved(seconds)) checkVisibility(scope, seconds, props);
  checkRetention(scope, queue, props.deadLetterQueue);
}

/**
 * Lets a function work off a queue.
 *
 * The mapping belongs to the function, as the rights of its role do: so a function of another stack refers to the queue, and never both ways.
 */
export function consume(
  scope: Construct, queue: sqs.IQueue, props: QueueConsumerProps, filters?: Array<Record<string, any>>,
): lambda.EventSourceMapping {
  const batchSize = batchSizeOf(props);
  checkRange('batchSize', batchSize, 1, props.fifo ? 10 : 10_000);
  checkPlace(scope, 'function', props.function, ['region', 'account']);
  checkQualifier(props.function);
  if (marked(queue, CONSUMED)) throw inputError('queue', 'must have one consumer: a message that one of two takes, the other never sees', queue.node.path);
  mark(queue, CONSUMED, true);
  const mapping = props.function.addEventSourceMapping(`Consume${Names.nodeUniqueId(queue.node)}`, {
    eventSourceArn: queue.queueArn,
    batchSize,
    maxBatchingWindow: batchingWindow(props),
    maxConcurrency: mappingConcurrency(props.function, props.maxConcurrency),
    reportBatchItemFailures: true,
    filters,
  });
  const grant = grantConsume(scope, queue, props.function);
  if (!definedFunction(props.function)) grant.applyBefore(mapping); // a function that is made here waits for its role by itself
  return mapping;
}

/** The CDK drops the qualifier of a function that is imported by the ARN of an alias, and `$LATEST` would run. */
export function checkQualifier(fn: lambda.IFunction): void {
  const qualified = !Token.isUnresolved(fn.functionArn) && fn.functionArn.split(':').length > 7;
  if (!qualified || 'lambda' in fn) return;
  throw inputError('function', 'must be imported with Alias.fromAliasAttributes or Version.fromVersionArn when its ARN has a qualifier', fn.functionArn);
}

/** A message keeps its age when it goes to the dead letters, so they have to keep it longer. */
function checkRetention(scope: Construct, queue: sqs.Queue, deadLetterQueue: sqs.IQueue): void {
  const [source, dead] = [queue, deadLetterQueue].map(retentionOf);
  if (source === undefined || dead === undefined || dead > source) return;
  Annotations.of(scope).addWarningV2(
    'cdk-serverless-patterns:shortDeadLetters',
    `the dead letters are kept for ${dead} s and the queue's messages for ${source} s, both from when a message was sent: a message that fails late is gone at once`,
  );
}

function retentionOf(queue: sqs.IQueue): number | undefined {
  if (!(queue instanceof sqs.Queue)) return undefined;
  const { messageRetentionPeriod: seconds = DEFAULT_RETENTION } = queue.node.defaultChild as sqs.CfnQueue;
  return Token.isUnresolved(seconds) ? undefined : seconds;
}
