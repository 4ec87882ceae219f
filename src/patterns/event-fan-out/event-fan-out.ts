import { Annotations, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { archiveOf, warnOfImportedBusKey } from './event-archive';
import { EventContract } from './event-contract';
import { EventFanOutProps } from './event-fan-out-props';
import { Consumption, loops, Publication } from './event-loops';
import { EventSubscription } from './event-subscription';
import { SubscribeProps } from './event-subscription-props';
import { EVENTBRIDGE } from './handover';
import { checkKind, DeadLetters } from '../../foundation/dead-letters';
import { operateGuide } from '../../foundation/documentation';
import { grantOn } from '../../foundation/grant';
import { inputError } from '../../foundation/input-error';

/**
 * A bus whose events reach many consumers, each in its own way and none in silence: what a consumer cannot handle is in its dead letters.
 *
 * @example
 * import { Match } from 'aws-cdk-lib/aws-events';
 * import * as lambda from 'aws-cdk-lib/aws-lambda';
 * import { EventContract, EventFanOut, Subscriber } from 'cdk-serverless-patterns';
 *
 * declare const createOrder: lambda.Function;
 * declare const inventory: lambda.Function;
 * declare const vip: lambda.Function;
 *
 * const orderPlaced = new EventContract({ source: 'shop.orders', detailType: 'OrderPlaced' });
 * const orderEvents = new EventFanOut(this, 'OrderEvents');
 * orderEvents.subscribe('Inventory', { on: orderPlaced.all(), to: Subscriber.function(inventory) });
 * orderEvents.subscribe('Vip', { on: orderPlaced.where({ total: Match.greaterThanOrEqual(1000) }), to: Subscriber.function(vip) });
 * orderEvents.grantPublish(createOrder, orderPlaced);
 */
export class EventFanOut extends Construct {
  /**
   * The bus.
   */
  public readonly eventBus: events.IEventBus;

  /**
   * The archive, where there is one.
   */
  public readonly archive?: events.IArchiveRef;

  /**
   * Where events end that the encrypted bus cannot read or write, where it is made.
   */
  public readonly eventBusDeadLetterQueue?: sqs.IQueue;

  private readonly consumptions: Consumption[] = [];
  private readonly publications: Publication[] = [];

  constructor(scope: Construct, id: string, private readonly props: EventFanOutProps = {}) {
    super(scope, id);
    const deadLetters = this.busDeadLetters();
    this.eventBusDeadLetterQueue = deadLetters?.queue;
    this.eventBus = props.eventBus ?? new events.EventBus(this, 'EventBus', { kmsKey: props.encryptionKey, deadLetterQueue: deadLetters?.queue });
    deadLetters?.allowSender(new iam.ServicePrincipal(EVENTBRIDGE), this.eventBus.eventBusArn);
    if (!props.eventBus && props.encryptionKey) warnOfImportedBusKey(this, props.encryptionKey, this.eventBus);
    this.archive = archiveOf(this, 'EventArchive', this.eventBus, props);
    this.node.addValidation({
      validate: () => {
        for (const { detailType } of loops(this.publications, this.consumptions)) {
          Annotations.of(this).addWarningV2(
            `cdk-serverless-patterns:eventLoop:${detailType}`,
            `a consumer of ${detailType} may publish what leads to ${detailType} again: make sure that it ends`,
          );
        }
        return [];
      },
    });
  }

  /**
   * Hands events to one subscriber.
   *
   * @param id short name of the subscriber, such as `Inventory`
   */
  public subscribe(id: string, props: SubscribeProps): EventSubscription {
    if (this.node.tryFindChild(id)) throw inputError('id', 'must be one that nothing else in the fan-out has', id);
    const subscription = new EventSubscription(this, id, { ...props, eventBus: this.eventBus, encryptionKey: this.props.encryptionKey });
    if (subscription._consumer) this.consumptions.push({ on: props.on, consumer: subscription._consumer });
    return subscription;
  }

  /**
   * Lets a function, role or user of this account publish the events of contracts, and nothing else.
   *
   * Publish events of one contract per `PutEvents` call: how AWS judges a mixed batch is not documented.
   */
  public grantPublish(grantee: iam.IGrantable, ...contracts: EventContract[]): iam.Grant {
    if (contracts.length === 0) throw inputError('contracts', 'must name at least one contract', contracts.length);
    return contracts.map((contract) => this.grantContract(grantee, contract)).reduce((all, one) => all.combine(one));
  }

  private grantContract(grantee: iam.IGrantable, contract: EventContract): iam.Grant {
    if (contract.source.startsWith('aws.')) throw inputError('contracts', 'must not have a source of AWS, which only AWS publishes', contract.source);
    const { account } = Stack.of(this);
    if (Token.compareStrings(grantee.grantPrincipal.principalAccount ?? account, account) === TokenComparison.DIFFERENT) {
      throw inputError('grantee', 'must be of the account of the bus (another account needs a policy of the bus)', String(grantee.grantPrincipal));
    }
    this.publications.push({ publisher: grantee, contract });
    // ForAllValues alone would allow a request without the key
    return grantOn(this, grantee, ['events:PutEvents'], this.eventBus.eventBusArn, {
      'ForAllValues:StringEquals': { 'events:source': contract.source, 'events:detail-type': contract.detailType },
      'Null': { 'events:source': 'false', 'events:detail-type': 'false' },
    });
  }

  private busDeadLetters(): DeadLetters | undefined {
    const { eventBus, encryptionKey, eventBusDeadLetterQueue: queue } = this.props;
    const encryptsBus = !eventBus && encryptionKey;
    if (!encryptsBus) {
      if (queue) throw inputError('eventBusDeadLetterQueue', 'must only be given with a new bus and an encryptionKey', queue.node.path);
      return undefined;
    }
    if (queue) checkKind('eventBusDeadLetterQueue', queue, false);
    if (queue?.encryptionMasterKey && queue.encryptionMasterKey === encryptionKey) {
      throw inputError('eventBusDeadLetterQueue', 'must have another key than the bus, which is in use when the bus cannot use its own', queue.node.path);
    }
    return new DeadLetters(this, 'EventBusDeadLetters', { queue, _guide: operateGuide('event-fan-out') });
  }
}
