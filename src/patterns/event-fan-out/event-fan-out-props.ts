import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sqs from 'aws-cdk-lib/aws-sqs';

/**
 * Props of EventFanOut.
 */
export interface EventFanOutProps {
  /**
   * A bus of your own: also the default bus (`EventBus.fromEventBusName(this, 'Default', 'default')`), or one of another stack.
   *
   * @default - a new bus
   */
  readonly eventBus?: events.IEventBus;

  /**
   * How long events are kept for replays: whole days. `Duration.days(0)` keeps them for ever.
   *
   * @default - there is no archive
   */
  readonly archiveRetention?: Duration;

  /**
   * Which events are archived. It is required on the default bus, where all of the account's AWS services publish.
   *
   * @default - all events of the bus
   */
  readonly archivePattern?: events.EventPattern;

  /**
   * Key of your own for what holds events: the new bus, the archive, and the queues of the subscriptions.
   *
   * @default - the services' own keys
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * A standard queue of your own for events that the encrypted bus cannot read or write, because its key is disabled or gone.
   *
   * @default - with a new bus and an `encryptionKey` a new queue; it has SQS's own key, since one under the same key would be as shut as the bus
   */
  readonly eventBusDeadLetterQueue?: sqs.IQueue;
}
