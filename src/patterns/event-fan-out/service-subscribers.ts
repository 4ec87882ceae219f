import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { EVENTBRIDGE, noteHandover } from './handover';
import { ISubscriber, QueueSubscriberOptions, SubscriptionContext } from './subscriber';
import { checkPlace } from '../../foundation/environment';
import { inputError } from '../../foundation/input-error';
import { admitToQueue, admitToTopic, ServiceSource } from '../../foundation/service-access';
import { serviceRole } from '../../foundation/service-role';

const fromRule = ({ rule }: SubscriptionContext): ServiceSource => ({ service: new iam.ServicePrincipal(EVENTBRIDGE), sourceArn: rule.ruleArn });

export class QueueSubscriber implements ISubscriber {
  private readonly messageGroupId?: string;

  constructor(private readonly queue: sqs.IQueue, { messageGroupId }: QueueSubscriberOptions) {
    this.messageGroupId = messageGroupId;
    if (!queue.fifo) return;
    if (!messageGroupId) throw inputError('messageGroupId', 'must be given for a FIFO queue', messageGroupId);
    const { contentBasedDeduplication } = (queue.node.defaultChild ?? { contentBasedDeduplication: true }) as sqs.CfnQueue;
    if (contentBasedDeduplication !== true) throw inputError('queue', 'must deduplicate by content: EventBridge gives no deduplication id', queue.node.path);
  }

  public bind(scope: Construct, context: SubscriptionContext): events.RuleTargetConfig {
    checkPlace(scope, 'queue', this.queue, ['region', 'account']);
    admitToQueue(scope, 'queue', this.queue, fromRule(context));
    noteHandover(context.rule, { queue: this.queue });
    return { arn: this.queue.queueArn, sqsParameters: this.messageGroupId ? { messageGroupId: this.messageGroupId } : undefined };
  }
}

export class TopicSubscriber implements ISubscriber {
  constructor(private readonly topic: sns.ITopic) {
    if (topic.fifo) throw inputError('topic', 'must be a standard topic: EventBridge publishes to no FIFO topic', topic.node.path);
  }

  public bind(scope: Construct, context: SubscriptionContext): events.RuleTargetConfig {
    checkPlace(scope, 'topic', this.topic, ['region', 'account']);
    admitToTopic(scope, 'topic', this.topic, fromRule(context));
    return { arn: this.topic.topicArn };
  }
}

export class StateMachineSubscriber implements ISubscriber {
  constructor(private readonly stateMachine: sfn.IStateMachine) {}

  public bind(scope: Construct): events.RuleTargetConfig {
    checkPlace(scope, 'stateMachine', this.stateMachine, ['region', 'account']);
    const role = deliveryRole(scope);
    this.stateMachine.grantStartExecution(role);
    return { arn: this.stateMachine.stateMachineArn, role };
  }
}

export class EventBusSubscriber implements ISubscriber {
  constructor(private readonly eventBus: events.IEventBus) {}

  public bind(scope: Construct): events.RuleTargetConfig {
    const role = deliveryRole(scope);
    role.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['events:PutEvents'], resources: [this.eventBus.eventBusArn] }));
    return { arn: this.eventBus.eventBusArn, role };
  }
}

export class LogGroupSubscriber implements ISubscriber {
  constructor(private readonly logGroup: logs.ILogGroup) {}

  public bind(scope: Construct, { rule }: SubscriptionContext): events.RuleTargetConfig {
    checkPlace(scope, 'logGroup', this.logGroup, ['region', 'account']);
    const arn = Stack.of(scope).formatArn({ service: 'logs', resource: 'log-group', resourceName: this.logGroup.logGroupName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
    const principals = [EVENTBRIDGE, 'delivery.logs.amazonaws.com'].map((service) => new iam.ServicePrincipal(service));
    new logs.ResourcePolicy(scope, 'LogPolicy', {
      policyStatements: [
        new iam.PolicyStatement({ principals, actions: ['logs:CreateLogStream'], resources: [`${arn}:*`] }),
        new iam.PolicyStatement({ principals, actions: ['logs:PutLogEvents'], resources: [`${arn}:*`], conditions: { ArnEquals: { 'aws:SourceArn': rule.ruleArn } } }),
      ],
    });
    return { arn };
  }
}

/** The role that a rule takes where the target has no policy of its own. */
function deliveryRole(scope: Construct): iam.Role {
  return serviceRole(scope, 'events', 'rule/*');
}
