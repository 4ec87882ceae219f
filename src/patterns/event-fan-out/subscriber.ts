import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { AsyncFunctionSubscriber, BufferedFunctionSubscriber } from './function-subscribers';
import { EventBusSubscriber, LogGroupSubscriber, QueueSubscriber, StateMachineSubscriber, TopicSubscriber } from './service-subscribers';
import { DeadLetters } from '../../foundation/dead-letters';
import { QueueConsumerOptions } from '../../foundation/queue-consumer-options';

/**
 * What a subscription has made before its subscriber is asked.
 */
export interface SubscriptionContext {
  /**
   * The rule. It gets the target that the subscriber returns, and is to be the source that its permission names.
   */
  readonly rule: events.IRule;

  /**
   * Where events end that the subscriber cannot take.
   */
  readonly deadLetters: DeadLetters;

  /**
   * Key of the user's for all that holds events.
   *
   * @default - none
   */
  readonly encryptionKey?: kms.IKey;
}

/**
 * Something that events can be handed to. Implement it for a target that `Subscriber` does not have.
 */
export interface ISubscriber {
  /**
   * Lets the rule hand events over, and returns the target.
   *
   * Dead letters and retries of the target are the subscription's: what is returned of them is not used. Nor is `input` where the subscription has one.
   *
   * @param scope construct for what the subscriber makes
   */
  bind(scope: Construct, context: SubscriptionContext): events.RuleTargetConfig;
}

/**
 * Options of `Subscriber.asyncFunction`.
 */
export interface AsyncFunctionSubscriberOptions {
  /**
   * How often Lambda calls a function that failed again: 0 to 2.
   *
   * @default 2
   */
  readonly retryAttempts?: number;

  /**
   * How long Lambda keeps an event that it could not hand to the function: 1 minute to 6 hours.
   *
   * @default Duration.hours(6)
   */
  readonly maxEventAge?: Duration;
}

/**
 * Options of `Subscriber.queue`.
 */
export interface QueueSubscriberOptions {
  /**
   * Group of all messages, required for a FIFO queue: they are then handled one after the other.
   *
   * @default - none
   */
  readonly messageGroupId?: string;
}

/**
 * Who gets the events of a subscription.
 *
 * @example
 * import * as lambda from 'aws-cdk-lib/aws-lambda';
 * import { Subscriber } from 'cdk-serverless-patterns';
 *
 * declare const inventory: lambda.Function;
 * Subscriber.function(inventory, { maxConcurrency: 5 });
 */
export class Subscriber {
  /**
   * A function, behind a queue: nothing is lost when it fails or is throttled, and its dead letters can be redriven.
   *
   * The function gets `SQSEvent`: the event is the JSON in `body` of each record. The function may be in another stack, and may subscribe often.
   */
  public static function(handler: lambda.IFunction, options: QueueConsumerOptions = {}): ISubscriber {
    return new BufferedFunctionSubscriber(handler, options);
  }

  /**
   * A function that EventBridge invokes itself: one hop less, and the event is the function's input.
   *
   * Lambda has one asynchronous configuration for a function and qualifier: so it subscribes once, is of this stack, and has no settings of its own.
   * Its dead letters cannot be redriven by SQS. Take `Subscriber.function` unless you need the milliseconds.
   */
  public static asyncFunction(handler: lambda.IFunction, options: AsyncFunctionSubscriberOptions = {}): ISubscriber {
    return new AsyncFunctionSubscriber(handler, options);
  }

  /**
   * A queue of your own. A FIFO queue has to deduplicate by content.
   */
  public static queue(queue: sqs.IQueue, options: QueueSubscriberOptions = {}): ISubscriber {
    return new QueueSubscriber(queue, options);
  }

  /**
   * A topic. EventBridge publishes to no FIFO topic.
   */
  public static topic(topic: sns.ITopic): ISubscriber {
    return new TopicSubscriber(topic);
  }

  /**
   * A state machine: an execution an event. EventBridge cannot name executions, so an event that comes twice starts two.
   */
  public static stateMachine(stateMachine: sfn.IStateMachine): ISubscriber {
    return new StateMachineSubscriber(stateMachine);
  }

  /**
   * Another bus. Its own policy has to admit this account, where it is of another.
   */
  public static eventBus(eventBus: events.IEventBus): ISubscriber {
    return new EventBusSubscriber(eventBus);
  }

  /**
   * A log group, as an audit log.
   *
   * It makes one of the 10 resource policies of CloudWatch Logs that an account has in a region.
   */
  public static logGroup(logGroup: logs.ILogGroup): ISubscriber {
    return new LogGroupSubscriber(logGroup);
  }

  private constructor() {}
}
