import { Duration, Stack, Token } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { defineAlarm } from './alarm';
import { AlarmSetting } from './alarm-setting';
import { deadLettersGuide } from './documentation';
import { checkPlace } from './environment';
import { inputError } from './input-error';
import { mark, marked } from './mark';
import { grantSend } from './queue-grant';
import { admitToQueue } from './service-access';

const WATCHED = 'deadLettersWatched';

/**
 * Options of dead letters.
 */
export interface DeadLettersProps {
  /**
   * A queue of your own in place of a new one. It has one alarm, also where several patterns share it.
   *
   * `fifo`, `retention` and `encryptionKey` are then the queue's own affair.
   *
   * @default - a new queue
   */
  readonly queue?: sqs.IQueue;

  /**
   * Whether the queue is FIFO: a FIFO queue needs FIFO dead letters. Services such as EventBridge refuse them.
   *
   * @default false
   */
  readonly fifo?: boolean;

  /**
   * How long a message is kept, counted from when it was first sent: 1 minute to 14 days.
   *
   * @default Duration.days(14)
   */
  readonly retention?: Duration;

  /**
   * Key of your own for messages at rest.
   *
   * @default - SQS's own key (SSE-SQS)
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * When to raise the alarm, in messages that wait. Its period is 5 minutes.
   *
   * @default AlarmSetting.threshold(1)
   */
  readonly alarm?: AlarmSetting;

  /**
   * Address of what to do when the alarm fires.
   *
   * @default - the README's section on dead letters
   * @internal
   */
  readonly _guide?: string;
}

/**
 * A queue for messages that nobody could handle: encrypted, over TLS only, kept for 14 days, watched by an alarm, and writable for exactly the
 * senders that are named.
 *
 * @example
 * import * as iam from 'aws-cdk-lib/aws-iam';
 * import * as sns from 'aws-cdk-lib/aws-sns';
 * import { DeadLetters } from 'cdk-serverless-patterns';
 *
 * declare const orders: sns.Topic;
 *
 * const deadLetters = new DeadLetters(this, 'DeadLetters');
 * deadLetters.allowSender(new iam.ServicePrincipal('sns.amazonaws.com'), orders.topicArn);
 */
export class DeadLetters extends Construct {
  /**
   * The queue.
   */
  public readonly queue: sqs.IQueue;

  /**
   * The alarm, where there is one.
   */
  public readonly alarm?: cloudwatch.Alarm;

  constructor(scope: Construct, id: string, props: DeadLettersProps = {}) {
    super(scope, id);
    if (props.queue) checkPlace(this, 'queue', props.queue);
    this.queue = props.queue ? ownQueue(props.queue, props) : this.newQueue(props);
    if (marked(this.queue, WATCHED) && !props.alarm) return;
    this.alarm = defineAlarm(this, 'Alarm', {
      prop: 'alarm',
      setting: props.alarm,
      defaultThreshold: 1,
      defaultPeriodMinutes: 5,
      metric: (options) => this.metricVisible(options),
      meaning: `Messages that could not be handled wait in ${this.queue.queueName} (${this.queue.node.path}).`,
      guide: props._guide ?? deadLettersGuide(),
    });
    // who makes the queue decides, who brings it only where the alarm is made
    if (this.alarm || !props.queue) mark(this.queue, WATCHED, true);
  }

  /**
   * Lets a service write here for one of its resources, also under a customer-managed key.
   *
   * The policy of an imported queue or key cannot be changed: a warning then says which statement it needs.
   *
   * @param service such as `new iam.ServicePrincipal('events.amazonaws.com')`
   * @param sourceArn ARN of the rule or topic that sends (a schedule sends in its role: `grantSend`)
   */
  public allowSender(service: iam.ServicePrincipal, sourceArn: string): void {
    admitToQueue(this, 'queue', this.queue, { service, sourceArn, env: Stack.of(this) });
  }

  /**
   * Lets a role write here, also under a customer-managed key: of a schedule, or of a function whose failure destination this is.
   */
  public grantSend(grantee: iam.IGrantable): iam.Grant {
    return grantSend(this, this.queue, grantee);
  }

  /**
   * Number of messages that wait here, the greatest in a period of 5 minutes.
   */
  public metricVisible(options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return this.queue.metricApproximateNumberOfMessagesVisible(options);
  }

  private newQueue({ fifo, retention = Duration.days(14), encryptionKey }: DeadLettersProps): sqs.Queue {
    if (!retention.isUnresolved() && (retention.toSeconds() < 60 || retention.toDays({ integral: false }) > 14)) {
      throw inputError('retention', 'must be between 1 minute and 14 days', retention.toHumanString());
    }
    return new sqs.Queue(this, 'Queue', {
      fifo: fifo || undefined, // CloudFormation refuses false
      retentionPeriod: retention,
      encryptionMasterKey: encryptionKey,
      enforceSSL: true,
    });
  }
}

function ownQueue(queue: sqs.IQueue, props: DeadLettersProps): sqs.IQueue {
  for (const prop of ['fifo', 'retention', 'encryptionKey'] as const) {
    if (props[prop] !== undefined) throw inputError(prop, 'must not be given with a queue of your own, which has its own', queue.node.path);
  }
  return queue;
}

/** What writes to a queue decides which kind it has to be. An imported queue whose name is not known yet passes. */
export function checkKind(prop: string, queue: sqs.IQueue, fifo: boolean): void {
  const unknown = !(queue instanceof sqs.Queue) && Token.isUnresolved(queue.queueName);
  if (unknown || queue.fifo === fifo) return;
  throw inputError(prop, `must be a ${fifo ? 'FIFO' : 'standard'} queue`, queue.node.path);
}
