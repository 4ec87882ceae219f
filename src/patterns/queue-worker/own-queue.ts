import * as sqs from 'aws-cdk-lib/aws-sqs';
import { QueueWorkerProps } from './queue-worker-props';
import { inputError } from '../../foundation/input-error';

/** The dead letters of a user's queue; what only a new queue can be told is refused. */
export function deadLetterQueueOf(queue: sqs.IQueue, props: QueueWorkerProps): sqs.IQueue {
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
  return found;
}
