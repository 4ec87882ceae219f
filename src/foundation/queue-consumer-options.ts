import { Duration } from 'aws-cdk-lib';

/**
 * How a function works off a queue.
 */
export interface QueueConsumerOptions {
  /**
   * The function's timeout, where it cannot be seen: an imported function, or a timeout that is a token.
   *
   * @default - found, also behind an alias or a version
   */
  readonly functionTimeout?: Duration;

  /**
   * How many batches are worked off at the same time: 2 to 1000. Set it here and not by a small reserved concurrency of the function: a throttled
   * function counts as a failed receive, and good messages end in the dead letters.
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
   * @default 10
   */
  readonly maxConcurrency?: number;

  /**
   * Most messages of one invocation: 1 to 10000, for a FIFO queue at most 10.
   *
   * In a batch of a FIFO queue the function has to stop at the first message that fails, and what is behind it follows it to the dead letters.
   *
   * @default 10; 1 for a FIFO queue
   */
  readonly batchSize?: number;

  /**
   * How long Lambda gathers messages for a batch that is not full: at most 5 minutes. A FIFO queue has none.
   *
   * @default - none; 5 seconds when the batch size is above 10, since Lambda then asks for one
   */
  readonly maxBatchingWindow?: Duration;

  /**
   * How often a message is received before it goes to the dead letters: 1 to 1000. Below 5 a busy function's throttles end there too.
   *
   * @default 5
   */
  readonly maxReceiveCount?: number;

  /**
   * How long a received message is hidden from others: not less than the function's timeout.
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
   * @default - 6 × the function's timeout + the batching window, as AWS recommends
   */
  readonly visibilityTimeout?: Duration;
}
