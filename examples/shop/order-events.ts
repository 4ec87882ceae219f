import { Duration } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { RuleTargetInput } from 'aws-cdk-lib/aws-events';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { EventContract, EventFanOut, QueueWorker, Subscriber } from 'cdk-serverless-patterns';
import { Construct } from 'constructs';
import { orderPlaced } from './order-placed';

/** What happens when an order was placed: each consumer by itself. */
export class OrderEvents extends Construct {
  /** Addresses that an operator needs. */
  public readonly outputs: Record<string, string>;

  constructor(scope: Construct, id: string, publisher: lambda.Function) {
    super(scope, id);
    const stock = new dynamodb.TableV2(this, 'Stock', { partitionKey: { name: 'item', type: dynamodb.AttributeType.STRING } });
    const work = new dynamodb.TableV2(this, 'Work', {
      partitionKey: { name: 'orderId', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'task', type: dynamodb.AttributeType.STRING },
    });
    const consumer = (name: string, file: string) => {
      const fn = new NodejsFunction(this, name, {
        entry: `${__dirname}/functions/${file}.ts`,
        runtime: lambda.Runtime.NODEJS_24_X,
        architecture: lambda.Architecture.ARM_64,
        timeout: Duration.seconds(10),
        environment: { WORK_TABLE: work.tableName, STOCK_TABLE: stock.tableName },
      });
      work.grants.actions(fn, 'dynamodb:PutItem');
      return fn;
    };
    const reserveStock = consumer('ReserveStock', 'reserve-stock');
    stock.grants.actions(reserveStock, 'dynamodb:UpdateItem');
    const analytics = new sqs.Queue(this, 'AnalyticsQueue', { enforceSSL: true });
    const alerts = new sns.Topic(this, 'Alerts', { enforceSSL: true });
    const invoices = new QueueWorker(this, 'Invoices', { function: consumer('SendInvoice', 'send-invoice'), maxConcurrency: 5 });

    const placed = new EventContract(orderPlaced);
    const valuable = placed.where({ total: [{ numeric: ['>=', 1000] }] });
    const events = new EventFanOut(this, 'Events', { archiveRetention: Duration.days(30) });
    const inventory = events.subscribe('Inventory', { on: placed.all(), to: Subscriber.function(reserveStock) });
    events.subscribe('Notification', { on: placed.all(), to: Subscriber.asyncFunction(consumer('NotifyCustomer', 'notify-customer')) });
    events.subscribe('Analytics', { on: placed.all(), to: Subscriber.queue(analytics) });
    events.subscribe('Vip', { on: valuable, to: Subscriber.function(consumer('GreetVip', 'greet-vip')) });
    events.subscribe('Alert', { on: valuable, to: Subscriber.topic(alerts) });
    events.subscribe('Invoice', {
      on: placed.all(),
      to: Subscriber.queue(invoices.queue),
      input: RuleTargetInput.fromEventPath('$.detail'),
      deadLetterQueue: invoices.deadLetterQueue,
    });
    events.grantPublish(publisher, placed);
    publisher.addEnvironment('EVENT_BUS', events.eventBus.eventBusName);

    this.outputs = {
      StockTable: stock.tableName,
      WorkTable: work.tableName,
      BusArn: events.eventBus.eventBusArn,
      ArchiveArn: events.archive!.archiveRef.archiveArn,
      InventoryRuleArn: inventory.rule.ruleArn,
      InventoryQueueUrl: inventory.queue!.queueUrl,
      InventoryDeadLettersUrl: inventory.deadLetterQueue.queueUrl,
      AnalyticsUrl: analytics.queueUrl,
      AlertsArn: alerts.topicArn,
      InvoicesUrl: invoices.queue.queueUrl,
      InvoicesDeadLettersUrl: invoices.deadLetterQueue.queueUrl,
    };
  }
}
