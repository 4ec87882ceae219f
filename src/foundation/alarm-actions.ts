import { Annotations, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct, IConstruct } from 'constructs';
import { checkPlace } from './environment';
import { inputError } from './input-error';
import { mark, marked } from './mark';
import { admitToTopic, alarmsOf } from './service-access';

const ACTIONS = 'alarmActions';
const ALARM = 'alarm';
const TOPIC_ACTION = 'topicAction';
const WATCHED = 'alarmsWatched';

/** What was said at one scope. */
interface ScopeActions {
  readonly actions: cloudwatch.IAlarmAction[];
  none: boolean;
}

/**
 * Gives every alarm that this library makes under a scope its action.
 *
 * It works before and after the alarms are made, and inside a `Stage` too. Alarms of the user's own are left alone.
 * A topic of another stage or region cannot be an action by reference: import it by its ARN (`Topic.fromTopicArn`), and add it where its region's
 * stacks are.
 *
 * @example
 * import * as sns from 'aws-cdk-lib/aws-sns';
 * import { AlarmActions } from 'cdk-serverless-patterns';
 *
 * declare const onCall: sns.Topic;
 * AlarmActions.of(this).addTopic(onCall);
 */
export class AlarmActions {
  /**
   * The actions of the alarms under a scope: a construct, a stack, a stage or the app.
   */
  public static of(scope: IConstruct): AlarmActions {
    return new AlarmActions(scope);
  }

  private constructor(private readonly scope: IConstruct) {}

  /**
   * Adds actions to the ones that the scope and the scopes above it have. CloudWatch takes at most five an alarm.
   */
  public add(...actions: cloudwatch.IAlarmAction[]): void {
    for (const alarm of this.scope.node.findAll().filter(isOurs)) {
      const heard = actionsAbove(alarm);
      alarm.addAlarmAction(...actions.filter((action) => !heard.has(action)));
    }
    said(this.scope).actions.push(...actions);
  }

  /**
   * Publishes the alarms under this scope to a topic, and lets CloudWatch do so, also with the topic's customer-managed key.
   *
   * `add(new SnsAction(topic))` does not: CloudWatch then fails in silence at a topic that is encrypted, or that has a policy (`enforceSSL`).
   * Take it for an imported topic, whose policy is not changed here.
   */
  public addTopic(topic: sns.ITopic): void {
    admitToTopic(topic, 'topic', topic, alarmsOf(topic));
    this.add(topicAction(topic));
  }

  /**
   * Says that the alarms under this scope need no action, and silences the warning.
   *
   * @param reason why nobody is told; kept as metadata of the scope
   */
  public none(reason: string): void {
    if (!reason.trim()) throw inputError('reason', 'must say why no action is needed', reason);
    said(this.scope).none = true;
    this.scope.node.addMetadata('cdk-serverless-patterns:noAlarmAction', reason);
  }
}

/** Makes an alarm one of ours: it has the actions of all scopes above, and its stack is warned of when there are none. */
export function adoptAlarm(alarm: cloudwatch.Alarm): void {
  mark(alarm, ALARM, true);
  alarm.addAlarmAction(...actionsAbove(alarm));
  const stack = Stack.of(alarm);
  if (marked(stack, WATCHED)) return;
  mark(stack, WATCHED, true);
  stack.node.addValidation({
    validate: () => {
      if (stack.node.findAll().filter(isOurs).some(isSilent)) {
        Annotations.of(stack).addWarningV2(
          'cdk-serverless-patterns:alarmsWithoutAction',
          'nobody is told when an alarm of this stack fires: call AlarmActions.of(scope).addTopic(topic), or .none(reason)',
        );
      }
      return [];
    },
  });
}

/** One action a topic, so that one that is said at two scopes is told once. */
function topicAction(topic: sns.ITopic): cloudwatch.IAlarmAction {
  return marked<cloudwatch.IAlarmAction>(topic, TOPIC_ACTION) ?? mark(topic, TOPIC_ACTION, {
    bind: (_scope: Construct, alarm: cloudwatch.IAlarm) => {
      checkPlace(alarm, 'topic', topic);
      return { alarmActionArn: topic.topicArn };
    },
  });
}

function isOurs(construct: IConstruct): construct is cloudwatch.Alarm {
  return marked<boolean>(construct, ALARM) ?? false;
}

function isSilent(alarm: cloudwatch.Alarm): boolean {
  const { alarmActions } = alarm.node.defaultChild as cloudwatch.CfnAlarm; // the user may have added one by hand
  return !Stack.of(alarm).resolve(alarmActions)?.length && !alarm.node.scopes.some((scope) => saidOrNot(scope)?.none);
}

function actionsAbove(alarm: cloudwatch.Alarm): Set<cloudwatch.IAlarmAction> {
  return new Set(alarm.node.scopes.flatMap((scope) => saidOrNot(scope)?.actions ?? []));
}

function saidOrNot(scope: IConstruct): ScopeActions | undefined {
  return marked(scope, ACTIONS);
}

function said(scope: IConstruct): ScopeActions {
  return saidOrNot(scope) ?? mark(scope, ACTIONS, { actions: [], none: false });
}
