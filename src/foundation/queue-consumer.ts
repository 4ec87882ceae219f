import { Annotations, Duration, Names, Token } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { DeadLetters } from './dead-letters';
import { definedFunction, functionTimeout } from './defined-function';
import { checkRange, inputError } from './input-error';
import { QueueConsumerOptions } from './queue-consumer-options';
import { grantOnQueue } from './queue-grant';

const DEFAULT_CONCURRENCY = 10;

export interface QueueConsumerProps extends QueueConsumerOptions {
  readonly function: lambda.IFunction;
  readonly deadLetters: DeadLetters;
  /** @default false */
  readonly fifo?: boolean;
  /** @default - SQS's own key */
  readonly encryptionKey?: kms.IKey;
}

/** A queue that is made for a function to work off. */
export function queueFor(scope: Construct, id: string, props: QueueConsumerProps): sqs.Queue {
  const { maxReceiveCount = 5, fifo } = props;
  checkRange('maxReceiveCount', maxReceiveCount, 1, 1000);
  return new sqs.Queue(scope, id, {
    fifo: fifo || undefined, // CloudFormation refuses false
    contentBasedDeduplication: fifo || undefined,
    visibilityTimeout: visibilityTimeout(scope, props),
    deadLetterQueue: { queue: props.deadLetters.queue, maxReceiveCount },
    encryptionMasterKey: props.encryptionKey,
    enforceSSL: true,
  });
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
  const mapping = props.function.addEventSourceMapping(`Consume${Names.nodeUniqueId(queue.node)}`, {
    eventSourceArn: queue.queueArn,
    batchSize,
    maxBatchingWindow: batchingWindow(props),
    maxConcurrency: concurrency(props),
    reportBatchItemFailures: true,
    filters,
  });
  grantOnQueue(scope, queue, props.function, ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], ['kms:Decrypt']);
  return mapping;
}

/** How long a batch may take, as far as it can be known. */
export function consumerTimeout(props: { readonly function: lambda.IFunction; readonly functionTimeout?: Duration }): Duration | undefined {
  const timeout = props.functionTimeout ?? functionTimeout(props.function);
  return timeout?.isUnresolved() ? undefined : timeout;
}

function visibilityTimeout(scope: Construct, props: QueueConsumerProps): Duration {
  const timeout = consumerTimeout(props);
  const given = props.visibilityTimeout;
  if (given && (!timeout || given.isUnresolved())) return given;
  if (!timeout) {
    throw inputError('functionTimeout', 'must be given where the timeout of the function cannot be seen (or give a visibilityTimeout)', props.functionTimeout);
  }
  const recommended = timeout.toSeconds() * 6 + (batchingWindow(props)?.toSeconds() ?? 0);
  if (given) checkVisibility(scope, given.toSeconds(), timeout, recommended);
  return given ?? Duration.seconds(recommended);
}

/** Lambda refuses a queue whose messages come back while the function still works on them; AWS recommends six times as long. */
export function checkVisibility(scope: Construct, seconds: number, timeout: Duration, recommended = timeout.toSeconds() * 6): void {
  if (seconds < timeout.toSeconds()) {
    throw inputError('visibilityTimeout', `must be at least the timeout of the function, ${timeout.toHumanString()}`, `${seconds} seconds`);
  }
  if (seconds >= recommended) return;
  Annotations.of(scope).addWarningV2(
    'cdk-serverless-patterns:shortVisibility',
    `the visibility timeout is ${seconds} s: below ${recommended} s (6 × the function's timeout and the batching window) a busy function handles messages twice`,
  );
}

/** In a batch of a FIFO queue the messages behind one that fails come back with it, and would follow it to the dead letters. */
function batchSizeOf({ batchSize, fifo }: QueueConsumerProps): number {
  return batchSize ?? (fifo ? 1 : 10);
}

function batchingWindow(props: QueueConsumerProps): Duration | undefined {
  const { batchingWindow: window, fifo } = props;
  const batchSize = batchSizeOf(props);
  if (window === undefined) return !Token.isUnresolved(batchSize) && batchSize > 10 ? Duration.seconds(5) : undefined;
  if (fifo) throw inputError('batchingWindow', 'must not be given for a FIFO queue, which has none', window.toHumanString());
  if (!window.isUnresolved()) checkRange('batchingWindow', window.toSeconds(), 0, 300, ' seconds');
  return window;
}

function concurrency({ function: fn, maxConcurrency }: QueueConsumerProps): number {
  const reserved = (definedFunction(fn)?.node.defaultChild as lambda.CfnFunction | undefined)?.reservedConcurrentExecutions ?? Infinity;
  const wanted = maxConcurrency ?? (Token.isUnresolved(reserved) ? DEFAULT_CONCURRENCY : Math.max(2, Math.min(DEFAULT_CONCURRENCY, reserved)));
  checkRange('maxConcurrency', wanted, 2, 1000);
  if (!Token.isUnresolved(wanted) && !Token.isUnresolved(reserved) && wanted > reserved) {
    throw inputError('maxConcurrency', `must be at most the reserved concurrency of the function, ${reserved}, or its throttles send good messages to the dead letters`, wanted);
  }
  return wanted;
}
