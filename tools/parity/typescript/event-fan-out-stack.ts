import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { inlineFunction } from './inline-function';
import { DirectSubscriber, StreamSubscriber } from './subscribers';
import { AlarmActions, AlarmSetting, DeadLetters, EventContract, EventFanOut, EventSubscription, Subscriber } from 'cdk-serverless-patterns';

const orderPlaced = new EventContract({
  source: 'shop.orders',
  detailType: 'OrderPlaced',
  schema: {
    type: 'object',
    required: ['orderId'],
    properties: {
      orderId: { type: 'string' },
      total: { type: 'number' },
      country: { type: 'string' },
      express: { type: 'boolean' },
      coupon: { type: ['string', 'null'] },
      items: { type: 'array', items: { type: 'object', properties: { sku: { type: 'string' }, quantity: { type: 'integer' } } } },
    },
  },
});
const orderCancelled = new EventContract({ source: 'shop.orders', detailType: 'OrderCancelled' });

const valuable = orderPlaced.where({ total: [{ numeric: ['>=', 1000] }] });
const abroad = orderPlaced.where({
  total: events.Match.interval(0.5, 1000),
  country: events.Match.anythingBut('DE'),
  express: [true],
  coupon: events.Match.nullValue(),
  items: { sku: events.Match.anyOf(events.Match.prefix('book-'), events.Match.suffix('-paper')), quantity: [1, 2] },
});
const either = orderPlaced.where({ $or: [{ country: ['AT'] }, { total: [{ numeric: ['>', 0, '<', 10] }] }] });

export class EventFanOutStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const key = new kms.Key(this, 'Key');
    const orderEvents = new EventFanOut(this, 'OrderEvents', {
      archiveRetention: Duration.days(30),
      archivePattern: orderPlaced.all(),
      encryptionKey: key,
    });
    orderEvents.grantPublish(inlineFunction(this, 'CreateOrder'), orderPlaced, orderCancelled);

    const inventory = orderEvents.subscribe('Inventory', {
      on: orderPlaced.all(),
      to: Subscriber.function(inlineFunction(this, 'InventoryFunction'), {
        maxConcurrency: 5,
        batchSize: 20,
        maxBatchingWindow: Duration.seconds(10),
        maxReceiveCount: 3,
      }),
      retryAttempts: 10,
      maxEventAge: Duration.minutes(30),
      input: events.RuleTargetInput.fromEventPath('$.detail'),
    });
    orderEvents.subscribe('Vip', {
      on: valuable,
      to: Subscriber.asyncFunction(inlineFunction(this, 'VipFunction'), { retryAttempts: 1, maxEventAge: Duration.hours(1) }),
      alarm: AlarmSetting.threshold(10, { evaluationPeriods: 3, datapointsToAlarm: 2 }),
    });
    orderEvents.subscribe('Customs', { on: abroad, to: Subscriber.queue(new sqs.Queue(this, 'CustomsQueue', { encryptionMasterKey: key })) });
    orderEvents.subscribe('Small', {
      on: either,
      to: Subscriber.queue(new sqs.Queue(this, 'SmallQueue', { fifo: true, contentBasedDeduplication: true }), { messageGroupId: 'orders' }),
      alarm: AlarmSetting.off('a trial'),
    });
    orderEvents.subscribe('Alerts', {
      on: valuable,
      to: Subscriber.topic(new sns.Topic(this, 'AlertsTopic')),
      input: events.RuleTargetInput.fromText(`Order ${events.EventField.fromPath('$.detail.orderId')}`),
    });
    const fulfil = new sfn.StateMachine(this, 'Fulfil', { definitionBody: sfn.DefinitionBody.fromChainable(new sfn.Pass(this, 'Done')) });
    orderEvents.subscribe('Fulfilment', {
      on: orderPlaced.all(),
      to: Subscriber.stateMachine(fulfil),
      input: events.RuleTargetInput.fromObject({ id: events.EventField.eventId, order: events.EventField.fromPath('$.detail') }),
    });
    orderEvents.subscribe('Partner', { on: orderCancelled.all(), to: Subscriber.eventBus(new events.EventBus(this, 'PartnerBus')) });
    orderEvents.subscribe('Audit', {
      on: { source: events.Match.prefix('') },
      to: Subscriber.logGroup(new logs.LogGroup(this, 'AuditLog', { retention: logs.RetentionDays.ONE_YEAR })),
    });
    orderEvents.subscribe('Stream', { on: orderPlaced.all(), to: new StreamSubscriber(new kinesis.Stream(this, 'OrderStream')) });
    orderEvents.subscribe('Direct', { on: orderPlaced.all(), to: new DirectSubscriber(inlineFunction(this, 'DirectFunction')) });

    const uploads = new EventSubscription(this, 'Uploads', {
      eventBus: events.EventBus.fromEventBusName(this, 'Default', 'default'),
      on: { source: ['aws.s3'], detailType: ['Object Created'] },
      to: new DirectSubscriber(inlineFunction(this, 'UploadsFunction')),
      deadLetterQueue: new DeadLetters(this, 'Shared', { retention: Duration.days(7) }).queue,
    });
    AlarmActions.of(this).none('a trial');

    const order = orderPlaced.sample({ orderId: '1', total: 1000, country: 'AT', express: true, coupon: null, items: [{ sku: 'book-1', quantity: 2 }] });
    const verdicts = {
      Valuable: EventContract.matches(valuable, order),
      Abroad: EventContract.matches(abroad, order),
      Either: EventContract.matches(either, order),
      Cancelled: EventContract.matches(orderCancelled.all(), order),
    };
    for (const [name, verdict] of Object.entries(verdicts)) new CfnOutput(this, name, { value: String(verdict) });
    const made = {
      Archive: orderEvents.archive!.archiveRef.archiveName,
      BusDeadLetters: orderEvents.eventBusDeadLetterQueue!.queueUrl,
      InventoryQueue: inventory.queue!.queueUrl,
      InventoryAlarm: inventory.deadLettersAlarm!.alarmArn,
      UploadsRule: uploads.rule.ruleArn,
    };
    for (const [name, value] of Object.entries(made)) new CfnOutput(this, name, { value });
  }
}
