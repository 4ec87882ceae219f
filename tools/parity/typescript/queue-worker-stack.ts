import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { inlineFunction } from './inline-function';
import { AlarmActions, AlarmSetting, DeadLetters, QueueWorker } from 'cdk-serverless-patterns';

export class QueueWorkerStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const orders = new sns.Topic(this, 'Orders');
    const invoices = new QueueWorker(this, 'Invoices', {
      function: inlineFunction(this, 'SendInvoice'),
      maxConcurrency: 4,
      filters: [
        { body: { kind: ['invoice'], amount: [{ numeric: ['>', 0] }] } },
        { messageAttributes: { kind: { stringValue: Match.prefix('invoice-') } } },
      ],
      alarms: {
        deadLetters: AlarmSetting.threshold(5, { period: Duration.minutes(1) }),
        oldestMessage: AlarmSetting.threshold(3600),
      },
    });
    invoices.grantSend(inlineFunction(this, 'CreateOrder'));
    invoices.receiveFromTopic(orders, {
      filterPolicy: {
        kind: sns.SubscriptionFilter.stringFilter({ allowlist: ['invoice'] }),
        amount: sns.SubscriptionFilter.numericFilter({ greaterThan: 0 }),
      },
    });

    const uploads = new QueueWorker(this, 'Uploads', { function: inlineFunction(this, 'ReadUpload'), batchSize: 100 });
    uploads.receiveFromBucket(new s3.Bucket(this, 'Bucket'), { prefix: 'incoming/', suffix: '.csv' });
    uploads.receiveFromTopic(orders, {
      filterPolicyWithMessageBody: { order: sns.FilterOrPolicy.policy({ kind: sns.FilterOrPolicy.filter(sns.SubscriptionFilter.existsFilter()) }) },
      rawMessageDelivery: false,
    });

    const bookings = inlineFunction(this, 'Book');
    const live = new lambda.Alias(this, 'Live', { aliasName: 'live', version: bookings.currentVersion });
    const ledger = new QueueWorker(this, 'Ledger', { function: live, fifo: true, alarms: { deadLetters: AlarmSetting.off('a trial') } });
    new CfnOutput(this, 'LedgerAlarm', { value: String(ledger.deadLettersAlarm !== undefined) });

    const deadLetters = new DeadLetters(this, 'Undelivered', { retention: Duration.days(7), alarm: AlarmSetting.threshold(2) });
    deadLetters.allowSender(new iam.ServicePrincipal('sns.amazonaws.com'), orders.topicArn);
    AlarmActions.of(this).addTopic(new sns.Topic(this, 'OnCall'));
  }
}
