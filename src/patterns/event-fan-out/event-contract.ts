import * as events from 'aws-cdk-lib/aws-events';
import { checkAgainstSchema } from './contract-schema';
import { checkPattern, matchesPattern } from '../../foundation/event-pattern/event-pattern';
import { plainDocument, underItsNames } from '../../foundation/event-pattern/pattern-document';
import { checkUserPattern } from '../../foundation/event-pattern/user-pattern';
import { inOrder } from '../../foundation/in-order';
import { inputError } from '../../foundation/input-error';

/**
 * Props of EventContract.
 */
export interface EventContractProps {
  /**
   * Who publishes, such as `shop.orders`: 1 to 256 characters.
   */
  readonly source: string;

  /**
   * What happened, such as `OrderPlaced`: 1 to 128 characters.
   */
  readonly detailType: string;

  /**
   * JSON Schema of the event's detail. `where` then refuses fields that it does not name, and values of another type.
   *
   * Events are not checked against it: EventBridge does not do that. Give the same document to a validator in your functions and tests.
   *
   * @default - none
   */
  readonly schema?: Record<string, any>;
}

/**
 * What publishers and consumers of one kind of event agree on.
 *
 * @example
 * import { Match } from 'aws-cdk-lib/aws-events';
 * import { EventContract } from 'cdk-serverless-patterns';
 *
 * const orderPlaced = new EventContract({
 *   source: 'shop.orders',
 *   detailType: 'OrderPlaced',
 *   schema: { type: 'object', required: ['orderId'], properties: { orderId: { type: 'string' }, total: { type: 'number' } } },
 * });
 * const valuable = orderPlaced.where({ total: Match.greaterThanOrEqual(1000) });
 * EventContract.matches(valuable, orderPlaced.sample({ orderId: '1', total: 1000 })); // true
 */
export class EventContract {
  /**
   * Whether EventBridge would hand an event to a subscription with this pattern: for your own tests, without AWS.
   *
   * It throws where EventBridge would refuse the pattern. Its verdicts are held against AWS's own matcher.
   *
   * @param sampleEvent the event as EventBridge delivers it, such as `contract.sample(detail)`
   */
  public static matches(pattern: events.EventPattern, sampleEvent: Record<string, any>): boolean {
    const document = plainDocument(underItsNames(pattern));
    checkPattern('pattern', document);
    return matchesPattern(document, sampleEvent);
  }

  /**
   * Who publishes.
   */
  public readonly source: string;

  /**
   * What happened.
   */
  public readonly detailType: string;

  /**
   * JSON Schema of the event's detail.
   */
  public readonly schema?: Record<string, any>;

  constructor(props: EventContractProps) {
    for (const [prop, most] of [['source', 256], ['detailType', 128]] as const) {
      if (props[prop].length < 1 || props[prop].length > most) throw inputError(prop, `must have 1 to ${most} characters`, props[prop]);
    }
    this.source = props.source;
    this.detailType = props.detailType;
    this.schema = props.schema;
  }

  /**
   * The pattern of all these events.
   */
  public all(): events.EventPattern {
    return { source: [this.source], detailType: [this.detailType] };
  }

  /**
   * The pattern of those events whose detail is as asked for.
   *
   * @param detail a filter on the content, such as `{ total: [{ numeric: ['>=', 1000] }] }`, or with `events.Match` (in Python, Java and Go
   *   null is `Match.nullValue()`)
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
   */
  public where(detail: Record<string, any>): events.EventPattern {
    const pattern = { ...this.all(), detail: inOrder(detail) };
    if (Object.keys(detail).length === 0) throw inputError('detail', 'must ask for something (all() is the pattern of every event)', '{}');
    const plain = plainDocument({ detail }).detail;
    checkUserPattern('detail', plain);
    if (this.schema) checkAgainstSchema(this.detailType, this.schema, plain);
    return pattern;
  }

  /**
   * An event of this contract, as EventBridge delivers it: for your own tests. The detail is not checked against the schema. In Python, Java and Go a null is `JsonNull.INSTANCE`.
   */
  public sample(detail: Record<string, any>): Record<string, any> {
    return {
      'version': '0',
      'id': '00000000-0000-0000-0000-000000000000',
      'detail-type': this.detailType,
      'source': this.source,
      'account': '111122223333',
      'time': '2026-01-01T00:00:00Z',
      'region': 'us-east-1',
      'resources': [],
      'detail': detail,
    };
  }
}
