import { Duration } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Saga, SagaStarter, SagaStep, SagaTask } from 'cdk-serverless-patterns';
import { Construct } from 'constructs';

/** Reserves, charges and ships an order, or leaves nothing of it. */
export class OrderSaga extends Construct {
  /** Starts the saga of an order that was placed, once for each order. */
  public readonly starter: lambda.IFunction;
  /** Addresses that an operator needs. */
  public readonly outputs: Record<string, string>;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const table = (name: string, key: string) => new dynamodb.TableV2(this, name, {
      partitionKey: { name: key, type: dynamodb.AttributeType.STRING },
    });
    const stock = table('Stock', 'item');
    const accounts = table('Accounts', 'customer');
    const bookings = table('Bookings', 'stepKey');
    const shipments = table('Shipments', 'stepKey');
    const carrier = table('Carrier', 'item');

    const step = (name: string, file: string, environment: Record<string, string>, timeout = Duration.seconds(10)) => new NodejsFunction(this, name, {
      entry: `${__dirname}/functions/${file}.ts`,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      timeout,
      environment,
    });
    const inventory = { BOOKINGS_TABLE: bookings.tableName, STOCK_TABLE: stock.tableName };
    const payment = { BOOKINGS_TABLE: bookings.tableName, ACCOUNTS_TABLE: accounts.tableName };
    const reserve = step('ReserveInventory', 'reserve-inventory', inventory);
    const release = step('ReleaseInventory', 'release-inventory', inventory);
    const charge = step('ProcessPayment', 'process-payment', payment);
    const refund = step('RefundPayment', 'refund-payment', payment);
    const ship = step('ShipOrder', 'ship-order', { SHIPMENTS_TABLE: shipments.tableName, CARRIER_TABLE: carrier.tableName }, Duration.seconds(2));
    for (const fn of [reserve, charge]) bookings.grants.actions(fn, 'dynamodb:PutItem');
    for (const fn of [release, refund]) bookings.grants.actions(fn, 'dynamodb:PutItem', 'dynamodb:UpdateItem');
    for (const fn of [reserve, release]) stock.grants.actions(fn, 'dynamodb:UpdateItem');
    for (const fn of [charge, refund]) accounts.grants.actions(fn, 'dynamodb:UpdateItem');
    shipments.grants.actions(ship, 'dynamodb:PutItem');
    carrier.grants.actions(ship, 'dynamodb:GetItem');

    const retry = { errors: ['TransactionCanceledException', 'TransactionConflictException'] }; // two orders want the same item at once
    const saga = new Saga(this, 'Saga', {
      steps: [
        SagaStep.invoke('ReserveInventory', reserve, release, { finalErrors: ['OutOfStock'], retry }),
        SagaStep.invoke('ProcessPayment', charge, refund, { finalErrors: ['CardDeclined'], retry }),
        SagaStep.withoutCompensation('ShipOrder', SagaTask.invoke(ship), 'the carrier takes nothing back', { finalErrors: ['ShipmentRefused'] }),
      ],
    });
    this.starter = new SagaStarter(this, 'Starter', { saga, businessId: '$.detail.orderId', input: '$.detail' }).function;

    this.outputs = {
      StateMachineArn: saga.stateMachine.stateMachineArn,
      FailedCompensationsUrl: saga.failedCompensations.queueUrl,
      UncaughtExecutionsUrl: saga.uncaughtExecutions.queueUrl,
      StockTable: stock.tableName,
      AccountsTable: accounts.tableName,
      BookingsTable: bookings.tableName,
      ShipmentsTable: shipments.tableName,
      CarrierTable: carrier.tableName,
    };
  }
}
