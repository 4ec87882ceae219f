import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { Completion } from './bound';
import { CompletionKind } from './contract';
import { checkKind } from '../../foundation/dead-letters';
import { inputError } from '../../foundation/input-error';
import { grantSend } from '../../foundation/queue-grant';

/**
 * Who hears of an object that was processed.
 *
 * @example
 * import * as sns from 'aws-cdk-lib/aws-sns';
 * import { CompletionTarget } from 'cdk-serverless-patterns';
 *
 * declare const imports: sns.Topic;
 * CompletionTarget.topic(imports);
 */
export class CompletionTarget {
  /**
   * A standard queue.
   */
  public static queue(queue: sqs.IQueue): CompletionTarget {
    checkKind('queue', queue, false);
    return new CompletionTarget((scope, worker) => {
      grantSend(scope, queue, worker);
      return { kind: CompletionKind.QUEUE, address: queue.queueUrl };
    });
  }

  /**
   * A standard topic.
   */
  public static topic(topic: sns.ITopic): CompletionTarget {
    if (topic.fifo) throw inputError('topic', 'must be a standard topic', topic.node.path);
    return new CompletionTarget((_scope, worker) => {
      worker.grantPrincipal.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['sns:Publish'], resources: [topic.topicArn] }));
      topic.masterKey?.grant(worker, 'kms:GenerateDataKey', 'kms:Decrypt');
      return { kind: CompletionKind.TOPIC, address: topic.topicArn };
    });
  }

  /**
   * A bus: as an event of the source `cdk-serverless-patterns.object-pipeline` and the type `Object Processed`.
   */
  public static eventBus(eventBus: events.IEventBus): CompletionTarget {
    return new CompletionTarget((_scope, worker) => {
      worker.grantPrincipal.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['events:PutEvents'], resources: [eventBus.eventBusArn] }));
      return { kind: CompletionKind.EVENT_BUS, address: eventBus.eventBusArn };
    });
  }

  private constructor(/** @internal */ public readonly _bind: (scope: Construct, worker: iam.IGrantable) => Completion) {}
}
