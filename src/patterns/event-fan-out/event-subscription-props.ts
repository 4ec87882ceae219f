import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { ISubscriber } from './subscriber';
import { AlarmSetting } from '../../foundation/alarm-setting';

/**
 * Who gets which events of a fan-out.
 */
export interface SubscribeProps {
  /**
   * Which events, such as `contract.all()` or `contract.where({ total: [{ numeric: ['>=', 1000] }] })`.
   */
  readonly on: events.EventPattern;

  /**
   * Who gets them.
   */
  readonly to: ISubscriber;

  /**
   * What the subscriber gets of an event.
   *
   * @default - the whole event
   */
  readonly input?: events.RuleTargetInput;

  /**
   * How often EventBridge tries again to hand an event over: 0 to 185.
   *
   * @default 185
   */
  readonly retryAttempts?: number;

  /**
   * How long EventBridge tries to hand an event over: 1 minute to 24 hours.
   *
   * @default Duration.hours(24)
   */
  readonly maxEventAge?: Duration;

  /**
   * A standard queue of your own for events that could not be handled. Several subscriptions may share it.
   *
   * @default - a new queue that keeps them for 14 days
   */
  readonly deadLetterQueue?: sqs.IQueue;

  /**
   * When to raise the alarm, in events that wait in the dead letters, over 5 minutes.
   *
   * @default AlarmSetting.threshold(1)
   */
  readonly alarm?: AlarmSetting;
}

/**
 * Props of EventSubscription.
 */
export interface EventSubscriptionProps extends SubscribeProps {
  /**
   * The bus that the events are on.
   */
  readonly eventBus: events.IEventBus;

  /**
   * Key of your own for what holds events: the dead letters, and the queue of a buffered function.
   *
   * @default - SQS's own key (SSE-SQS)
   */
  readonly encryptionKey?: kms.IKey;
}
