import { Duration } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { CleanupTarget, ScheduledCleanup, ScheduledJob } from 'cdk-serverless-patterns';
import { Construct } from 'constructs';

export interface NightlyProps {
  /** What the report is about. */
  readonly orders: dynamodb.ITable;
}

/** What is done at night: a report on the day's orders, and carts that nobody came back for are thrown away. */
export class Nightly extends Construct {
  /** Addresses that an operator needs. */
  public readonly outputs: Record<string, string>;

  constructor(scope: Construct, id: string, { orders }: NightlyProps) {
    super(scope, id);
    const reports = new dynamodb.TableV2(this, 'Reports', { partitionKey: { name: 'day', type: dynamodb.AttributeType.STRING } });
    const reportSales = new NodejsFunction(this, 'ReportSales', {
      entry: `${__dirname}/functions/report-sales.ts`,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      timeout: Duration.minutes(5),
      environment: { ORDERS_TABLE: orders.tableName, REPORTS_TABLE: reports.tableName },
    });
    orders.grant(reportSales, 'dynamodb:Scan');
    reports.grants.actions(reportSales, 'dynamodb:PutItem');
    const report = new ScheduledJob(this, 'Report', {
      function: reportSales,
      schedule: ScheduleExpression.cron({ minute: '30', hour: '0' }),
      expectedEvery: Duration.days(1),
    });

    const carts = new dynamodb.TableV2(this, 'Carts', { partitionKey: { name: 'customer', type: dynamodb.AttributeType.STRING } });
    const abandoned = { target: CleanupTarget.items(carts, { timestamp: 'updatedAt' }), olderThan: Duration.days(30) };
    const sweep = new ScheduledCleanup(this, 'SweepCarts', { ...abandoned, maxDeletes: 10_000 });
    const count = new ScheduledCleanup(this, 'CountCarts', { ...abandoned, dryRun: true, enabled: false }); // run by hand, before the sweep is changed

    this.outputs = {
      OrdersTable: orders.tableName,
      ReportsTable: reports.tableName,
      ReportArn: report.stateMachine.stateMachineArn,
      CartsTable: carts.tableName,
      SweepCartsArn: sweep.stateMachine.stateMachineArn,
      CountCartsArn: count.stateMachine.stateMachineArn,
    };
  }
}
