import { Stack, Token } from 'aws-cdk-lib';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { QueueWorkerProps } from './queue-worker-props';
import { inOrder } from '../../foundation/in-order';
import { inputError } from '../../foundation/input-error';
import { checkVisibility, consumerTimeout } from '../../foundation/queue-consumer';

/** The dead letters of a user's queue; what only a new queue can be told is refused. */
export function deadLetterQueueOf(scope: Construct, queue: sqs.IQueue, props: QueueWorkerProps): sqs.IQueue {
  for (const prop of ['fifo', 'encryptionKey', 'visibilityTimeout', 'maxReceiveCount'] as const) {
    if (props[prop] !== undefined) throw inputError(prop, 'must not be given with a queue of your own, which has its own', queue.node.path);
  }
  if (!(queue instanceof sqs.Queue)) {
    if (!props.deadLetterQueue) throw inputError('deadLetterQueue', 'must be given with an imported queue: the one that its redrive policy names', undefined);
    return props.deadLetterQueue;
  }
  const found = queue.deadLetterQueue?.queue;
  if (!found) throw inputError('queue', 'must have a dead-letter queue', queue.node.path);
  if (props.deadLetterQueue && props.deadLetterQueue !== found) {
    throw inputError('deadLetterQueue', `must be the one of the queue, ${found.node.path}`, props.deadLetterQueue.node.path);
  }
  const visibility = (queue.node.defaultChild as sqs.CfnQueue).visibilityTimeout ?? 30;
  const timeout = consumerTimeout(props);
  if (timeout && !Token.isUnresolved(visibility)) checkVisibility(scope, visibility, timeout);
  return found;
}

/** Patterns as Lambda takes them. */
export function functionFilters(scope: Construct, filters?: Array<Record<string, any>>): Array<Record<string, any>> | undefined {
  if (filters && (filters.length < 1 || filters.length > 5)) throw inputError('filters', 'must have 1 to 5 patterns', filters.length);
  return filters?.map((pattern) => {
    const shown = JSON.stringify(pattern);
    if (typeof pattern.pattern === 'string') throw inputError('filters', 'must be plain patterns such as { body: { kind: [\'invoice\'] } }, not FilterCriteria', shown);
    if (Object.keys(pattern).length === 0) throw inputError('filters', 'must not have a pattern without conditions', shown);
    return { pattern: Stack.of(scope).toJsonString(inOrder(pattern)) };
  });
}
