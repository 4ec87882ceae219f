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

  constructor(scope: Construct, id: string, publisher: lambda.Function, saga: lambda.IFunction) {
    super(scope, id);
    const products = new dynamodb.TableV2(this, 'Products', { partitionKey: { name: 'item', type: dynamodb.AttributeType.STRING } });
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
        environment: { WORK_TABLE: work.tableName, PRODUCTS_TABLE: products.tableName },
      });
      work.grants.actions(fn, 'dynamodb:PutItem');
      return fn;
    };
    const countSale = consumer('CountSale', 'count-sale');
    products.grants.actions(countSale, 'dynamodb:UpdateItem');
    const analytics = new sqs.Queue(this, 'AnalyticsQueue', { enforceSSL: true });
    const alerts = new sns.Topic(this, 'Alerts', { enforceSSL: true });
    const invoices = new QueueWorker(this, 'Invoices', { function: consumer('SendInvoice', 'send-invoice'), maxConcurrency: 5 });

    const placed = new EventContract(orderPlaced);
    const valuable = placed.where({ total: [{ numeric: ['>=', 1000] }] });
    const events = new EventFanOut(this, 'Events', { archiveRetention: Duration.days(30) });
    events.subscribe('OrderSaga', { on: placed.all(), to: Subscriber.function(saga) });
    const sales = events.subscribe('Sales', { on: placed.all(), to: Subscriber.function(countSale) });
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
      ProductsTable: products.tableName,
      WorkTable: work.tableName,
      BusArn: events.eventBus.eventBusArn,
      ArchiveArn: events.archive!.archiveRef.archiveArn,
      SalesRuleArn: sales.rule.ruleArn,
      SalesQueueUrl: sales.queue!.queueUrl,
      SalesDeadLettersUrl: sales.deadLetterQueue.queueUrl,
      AnalyticsUrl: analytics.queueUrl,
      AlertsArn: alerts.topicArn,
      InvoicesUrl: invoices.queue.queueUrl,
      InvoicesDeadLettersUrl: invoices.deadLetterQueue.queueUrl,
    };
  }
}
