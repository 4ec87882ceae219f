import { Annotations, Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { EventSubscriptionProps } from './event-subscription-props';
import { EVENTBRIDGE, handoverOf } from './handover';
import { checkKind, DeadLetters } from '../../foundation/dead-letters';
import { operateGuide } from '../../foundation/documentation';
import { checkPlace } from '../../foundation/environment';
import { plainDocument, underItsNames } from '../../foundation/event-pattern/pattern-document';
import { checkUserPattern } from '../../foundation/event-pattern/user-pattern';
import { checkRange, inputError } from '../../foundation/input-error';

/**
 * One subscriber to some of the events of a bus, with its rule, its dead letters and their alarm. `EventFanOut.subscribe` makes it; make it yourself
 * for a bus that has no fan-out.
 *
 * @example
 * import * as events from 'aws-cdk-lib/aws-events';
 * import * as lambda from 'aws-cdk-lib/aws-lambda';
 * import * as s3 from 'aws-cdk-lib/aws-s3';
 * import { EventSubscription, Subscriber } from 'cdk-serverless-patterns';
 *
 * declare const onUpload: lambda.Function;
 *
 * declare const uploads: s3.Bucket; // with eventBridgeEnabled: true
 *
 * new EventSubscription(this, 'Uploads', {
 *   eventBus: events.EventBus.fromEventBusName(this, 'Default', 'default'),
 *   on: { source: ['aws.s3'], detailType: ['Object Created'], detail: { bucket: { name: [uploads.bucketName] } } },
 *   to: Subscriber.function(onUpload),
 * });
 */
export class EventSubscription extends Construct {
  /**
   * The rule.
   */
  public readonly rule: events.IRule;

  /**
   * Where events end that could not be handled.
   */
  public readonly deadLetterQueue: sqs.IQueue;

  /**
   * The queue that the events wait in: of a buffered function, or your own; none for other subscribers.
   */
  public readonly queue?: sqs.IQueue;

  /**
   * The alarm of the dead letters, where there is one.
   */
  public readonly deadLettersAlarm?: cloudwatch.Alarm;

  /** @internal */
  public readonly _consumer?: lambda.IFunction;

  constructor(scope: Construct, id: string, props: EventSubscriptionProps) {
    super(scope, id);
    const { retryAttempts = 185, maxEventAge = Duration.hours(24) } = props;
    checkPlace(this, 'eventBus', props.eventBus, ['region', 'account']);
    const pattern = plainDocument(underItsNames(props.on));
    checkUserPattern('on', pattern);
    warnOfLength(this, pattern);
    checkRange('retryAttempts', retryAttempts, 0, 185);
    if (!maxEventAge.isUnresolved()) checkRange('maxEventAge', maxEventAge.toSeconds(), 60, 86_400, ' seconds');

    const rule = new events.Rule(this, 'Rule', { eventBus: props.eventBus, eventPattern: props.on });
    const deadLetters = new DeadLetters(this, 'DeadLetters', {
      ...props.deadLetterQueue ? { queue: props.deadLetterQueue } : { encryptionKey: props.encryptionKey },
      alarm: props.alarm,
      _guide: operateGuide('event-fan-out'),
    });
    checkKind('deadLetterQueue', deadLetters.queue, false);
    deadLetters.allowSender(new iam.ServicePrincipal(EVENTBRIDGE), rule.ruleArn);

    const bound = props.to.bind(new Construct(this, 'Subscriber'), { rule, deadLetters, encryptionKey: props.encryptionKey });
    if (bound.arn === props.eventBus.eventBusArn) throw inputError('to', 'must not be the bus that the events come from: they would go round for ever', props.eventBus.node.path);
    const { targetResource: _, ...target } = bound; // by the resource the CDK would make rules in other accounts
    rule.addTarget({
      bind: () => ({
        ...target,
        input: props.input ?? target.input,
        deadLetterConfig: { arn: deadLetters.queue.queueArn },
        retryPolicy: { maximumRetryAttempts: retryAttempts, maximumEventAgeInSeconds: maxEventAge.toSeconds() },
      }),
    });

    this.rule = rule;
    this.deadLetterQueue = deadLetters.queue;
    this.deadLettersAlarm = deadLetters.alarm;
    const { queue, consumer } = handoverOf(rule);
    if (queue?.fifo && props.input) {
      Annotations.of(this).addWarningV2(
        'cdk-serverless-patterns:shortenedFifo',
        'a FIFO queue drops a message whose content it had in the last 5 minutes: let the input hold something that no two events share, such as the id',
      );
    }
    this.queue = queue;
    this._consumer = consumer;
  }

  /**
   * Number of events in the dead letters, the greatest in a period of 5 minutes.
   */
  public metricDeadLetters(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return this.deadLetterQueue.metricApproximateNumberOfMessagesVisible(options);
  }
}

function warnOfLength(scope: Construct, pattern: Record<string, any>): void {
  const { length } = JSON.stringify(pattern);
  if (length <= 2048) return;
  Annotations.of(scope).addWarningV2('cdk-serverless-patterns:longPattern', `the pattern has ${length} characters, and EventBridge takes 2048 unless the quota was raised`);
}
