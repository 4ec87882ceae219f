import { Annotations, Duration, Token } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { functionTimeout } from './defined-function';
import { checkRange, inputError } from './input-error';

interface Timing {
  readonly function: lambda.IFunction;
  readonly functionTimeout?: Duration;
  readonly maxBatchingWindow?: Duration;
  readonly batchSize?: number;
  readonly fifo?: boolean;
}

/** In a batch of a FIFO queue the messages behind one that fails come back with it, and would follow it to the dead letters. */
export function batchSizeOf({ batchSize, fifo }: Timing): number {
  return batchSize ?? (fifo ? 1 : 10);
}

/** Lambda gathers for as long; it asks for a window where a batch may have more than 10 messages. */
export function batchingWindow(timing: Timing): Duration | undefined {
  const { maxBatchingWindow: window, fifo } = timing;
  const batchSize = batchSizeOf(timing);
  if (window === undefined) return !Token.isUnresolved(batchSize) && batchSize > 10 ? Duration.seconds(5) : undefined;
  if (fifo) throw inputError('maxBatchingWindow', 'must not be given for a FIFO queue, which has none', window.toHumanString());
  if (!window.isUnresolved()) checkRange('maxBatchingWindow', window.toSeconds(), batchSize > 10 ? 1 : 0, 300, ' seconds');
  return window;
}

/** How long a message of a new queue is hidden while it is worked on. */
export function visibilityTimeout(scope: Construct, timing: Timing, given?: Duration): Duration {
  const recommended = recommendedVisibility(timing);
  if (given) {
    if (!given.isUnresolved()) checkVisibility(scope, given.toSeconds(), timing);
    return given;
  }
  if (recommended !== undefined) return Duration.seconds(recommended);
  if (timing.maxBatchingWindow?.isUnresolved()) {
    throw inputError('visibilityTimeout', 'must be given where the maxBatchingWindow is a token: a token cannot be added to', given);
  }
  throw inputError('functionTimeout', 'must be given where the timeout of the function cannot be seen (or give a visibilityTimeout)', timing.functionTimeout);
}

/** Lambda refuses a queue whose messages come back while the function still works on them; AWS recommends six times as long. */
export function checkVisibility(scope: Construct, seconds: number, timing: Timing): void {
  const timeout = consumerTimeout(timing);
  const recommended = recommendedVisibility(timing);
  if (timeout && seconds < timeout.toSeconds()) {
    throw inputError('visibilityTimeout', `must be at least the timeout of the function, ${timeout.toHumanString()}`, `${seconds} seconds`);
  }
  if (recommended === undefined || seconds >= recommended) return;
  Annotations.of(scope).addWarningV2(
    'cdk-serverless-patterns:shortVisibility',
    `the visibility timeout is ${seconds} s: below ${recommended} s (6 × the function's timeout and the batching window) a busy function handles messages twice`,
  );
}

/** In seconds, where both can be seen. */
function recommendedVisibility(timing: Timing): number | undefined {
  const timeout = consumerTimeout(timing);
  const window = batchingWindow(timing) ?? Duration.seconds(0);
  return timeout && !window.isUnresolved() ? timeout.toSeconds() * 6 + window.toSeconds() : undefined;
}

/** How long a batch may take, as far as it can be known. */
function consumerTimeout(timing: Timing): Duration | undefined {
  const [told, seen] = [timing.functionTimeout, functionTimeout(timing.function)];
  if (told?.isUnresolved()) return undefined;
  if (told && seen && told.toMilliseconds() !== seen.toMilliseconds()) {
    throw inputError('functionTimeout', `must not be given for a function whose timeout can be seen, ${seen.toHumanString()}`, told.toHumanString());
  }
  return told ?? seen;
}
