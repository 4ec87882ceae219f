import { Duration, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { EVENTBRIDGE, noteHandover } from './handover';
import { AsyncFunctionSubscriberOptions, ISubscriber, SubscriptionContext } from './subscriber';
import { permitInvoke } from '../../foundation/function-permission';
import { checkRange, inputError } from '../../foundation/input-error';
import { checkQualifier, consume, queueFor } from '../../foundation/queue-consumer';
import { QueueConsumerOptions } from '../../foundation/queue-consumer-options';
import { admitToQueue } from '../../foundation/service-access';

/** The event waits in a queue until the function has handled it. */
export class BufferedFunctionSubscriber implements ISubscriber {
  constructor(private readonly handler: lambda.IFunction, private readonly options: QueueConsumerOptions) {}

  public bind(scope: Construct, { rule, deadLetters, encryptionKey }: SubscriptionContext): events.RuleTargetConfig {
    const consumer = { ...this.options, function: this.handler, deadLetterQueue: deadLetters.queue, encryptionKey };
    const queue = queueFor(scope, 'Queue', consumer);
    consume(scope, queue, consumer);
    admitToQueue(scope, 'to', queue, { service: new iam.ServicePrincipal(EVENTBRIDGE), sourceArn: rule.ruleArn });
    noteHandover(rule, { queue, consumer: this.handler });
    return { arn: queue.queueArn };
  }
}

/** EventBridge invokes the function; what it accepted and then failed at goes to the function's own failure destination. */
export class AsyncFunctionSubscriber implements ISubscriber {
  constructor(private readonly handler: lambda.IFunction, private readonly options: AsyncFunctionSubscriberOptions) {
    const { retryAttempts, maxEventAge } = options;
    if (retryAttempts !== undefined) checkRange('retryAttempts', retryAttempts, 0, 2);
    if (maxEventAge && !maxEventAge.isUnresolved()) checkRange('maxEventAge', maxEventAge.toSeconds(), 60, 21_600, ' seconds');
  }

  public bind(scope: Construct, { rule, deadLetters }: SubscriptionContext): events.RuleTargetConfig {
    this.checkHandler(scope);
    permitInvoke(scope, 'Invoke', this.handler, EVENTBRIDGE, rule.ruleArn);
    deadLetters.grantSend(this.handler);
    this.handler.configureAsyncInvoke({
      onFailure: { bind: () => ({ destination: deadLetters.queue.queueArn }) },
      retryAttempts: this.options.retryAttempts ?? 2,
      maxEventAge: this.options.maxEventAge ?? Duration.hours(6),
    });
    noteHandover(rule, { consumer: this.handler });
    return { arn: this.handler.functionArn };
  }

  private checkHandler(scope: Construct): void {
    const { handler } = this;
    if (Stack.of(handler) !== Stack.of(scope)) {
      throw inputError('to', 'must be a function of the same stack, since function and subscription refer to each other (Subscriber.function may be of another)', handler.node.path);
    }
    if (handler.node.tryFindChild('EventInvokeConfig')) {
      throw inputError('to', 'must be a function without asynchronous settings of its own and of another subscription, since Lambda has them once (Subscriber.function subscribes often)', handler.node.path);
    }
    checkQualifier(handler);
  }
}
