import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import { EventContract, EventFanOut, Subscriber } from '../../../src';
import { PatternExample } from '../../support/examples';

export const example: PatternExample = {
  make: (scope, id, { functions: [first, second], encryptionKey }) => {
    const orderPlaced = new EventContract({ source: 'shop.orders', detailType: 'OrderPlaced' });
    const fanOut = new EventFanOut(scope, id, { archiveRetention: Duration.days(30), encryptionKey });
    const options = { functionTimeout: Duration.seconds(3) };
    fanOut.subscribe('First', { on: orderPlaced.all(), to: Subscriber.function(first, options) });
    fanOut.subscribe('Second', { on: orderPlaced.where({ total: events.Match.greaterThan(1000) }), to: Subscriber.function(second, options) });
    fanOut.grantPublish(second, new EventContract({ source: 'shop.payments', detailType: 'OrderPaid' }));
    return fanOut;
  },
  stateful: {
    PatternEventBus4C70E8F1: 'AWS::Events::EventBus',
    PatternEventArchiveEF69878F: 'AWS::Events::Archive',
    PatternFirstSubscriberQueue604B3AE9: 'AWS::SQS::Queue',
    PatternFirstDeadLettersQueue1650C8F3: 'AWS::SQS::Queue',
    PatternSecondSubscriberQueue4166E08E: 'AWS::SQS::Queue',
    PatternSecondDeadLettersQueue26FE2273: 'AWS::SQS::Queue',
  },
  findings: {
    'Serverless-SQSRedrivePolicy': 'the queue of dead letters is the end of the way: it has none of its own',
    'Serverless-LambdaEventSourceMappingDestination': 'a mapping of SQS has no failure destination: what fails goes to the dead letters by the queue\'s redrive policy',
  },
};
