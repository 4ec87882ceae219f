import { App, Duration, Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { LambdaAction, SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { AlarmActions, AlarmSetting } from '../../src';
import { defineAlarm } from '../../src/foundation/alarm';
import { aFunction, newStack, propertiesOf, warningsOf } from '../support/stacks';

const metric = (options: cloudwatch.MetricOptions) => new cloudwatch.Metric({ namespace: 'Test', metricName: 'Trouble', ...options });
const anAlarm = (scope: Construct, setting?: AlarmSetting, id = 'Alarm') => defineAlarm(scope, id, {
  prop: 'trouble', setting, defaultThreshold: 1, maximum: 10, defaultPeriodMinutes: 5, metric, meaning: 'Trouble.', guide: 'https://example.com/guide',
});
const topic = (scope: Construct, name: string) => new SnsAction(sns.Topic.fromTopicArn(scope, name, `arn:aws:sns:us-east-1:111122223333:${name}`));
const actionsOf = (stack: Stack) => propertiesOf(stack, 'AWS::CloudWatch::Alarm').map(({ AlarmActions: actions }) => actions);

test('an action reaches the alarms made before and after it, below its scope', () => {
  const stack = newStack();
  const [inside, outside] = [new Construct(stack, 'Inside'), new Construct(stack, 'Outside')];
  anAlarm(inside, undefined, 'Before');
  AlarmActions.of(inside).add(topic(stack, 'a'), topic(stack, 'b'));
  anAlarm(inside, undefined, 'After');
  anAlarm(outside);
  const both = ['arn:aws:sns:us-east-1:111122223333:a', 'arn:aws:sns:us-east-1:111122223333:b'];
  expect(actionsOf(stack)).toEqual([both, both, undefined]);
});

test('the actions of all scopes above add up', () => {
  const app = new App();
  const stack = new Stack(app, 'Stack');
  AlarmActions.of(app).add(topic(stack, 'app'));
  anAlarm(stack);
  AlarmActions.of(stack).add(topic(stack, 'stack'));
  expect(actionsOf(stack)).toEqual([['arn:aws:sns:us-east-1:111122223333:app', 'arn:aws:sns:us-east-1:111122223333:stack']]);
});

test('an action that is said at two scopes is told once', () => {
  const stack = newStack();
  const action = topic(stack, 'a');
  AlarmActions.of(stack.node.root).add(action);
  anAlarm(stack, undefined, 'Before');
  AlarmActions.of(stack).add(action);
  anAlarm(stack, undefined, 'After');
  expect(actionsOf(stack)).toEqual([['arn:aws:sns:us-east-1:111122223333:a'], ['arn:aws:sns:us-east-1:111122223333:a']]);
});

test('an action of the app reaches into a stage', () => {
  const app = new App();
  const stack = new Stack(new Stage(app, 'Prod'), 'Stack');
  anAlarm(stack, undefined, 'Before');
  AlarmActions.of(app).add(topic(stack, 'app'));
  anAlarm(stack, undefined, 'After');
  expect(actionsOf(stack)).toEqual([['arn:aws:sns:us-east-1:111122223333:app'], ['arn:aws:sns:us-east-1:111122223333:app']]);
});

test('an action that makes resources of its own makes them', () => {
  const stack = newStack();
  AlarmActions.of(stack).add(new LambdaAction(aFunction(stack)));
  anAlarm(stack);
  Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Permission', { Principal: 'lambda.alarms.cloudwatch.amazonaws.com' });
});

test('alarms of the user\'s own are left alone', () => {
  const stack = newStack();
  AlarmActions.of(stack).add(topic(stack, 'a'));
  new cloudwatch.Alarm(stack, 'Own', { metric: metric({}), threshold: 1, evaluationPeriods: 1 });
  expect(actionsOf(stack)).toEqual([undefined]);
});

describe('fault 32: an alarm that nobody hears', () => {
  const warning = 'nobody is told when an alarm of this stack fires: call AlarmActions.of(scope).addTopic(topic), or .none(reason)';

  test('is one warning a stack', () => {
    const stack = newStack();
    anAlarm(stack, undefined, 'One');
    anAlarm(stack, undefined, 'Two');
    Template.fromStack(stack);
    expect(warningsOf(stack)).toEqual([expect.stringContaining(warning)]);
  });

  test('is none with an action, with a reason, or without alarm', () => {
    for (const silence of [
      (stack: Stack) => AlarmActions.of(stack).add(topic(stack, 'a')),
      (stack: Stack) => AlarmActions.of(stack.node.root).none('a demo'),
      (stack: Stack) => (stack.node.findChild('Alarm') as cloudwatch.Alarm).addAlarmAction(topic(stack, 'by-hand')),
    ]) {
      const stack = newStack();
      anAlarm(stack);
      silence(stack);
      Template.fromStack(stack);
      expect(warningsOf(stack)).toEqual([]);
    }
    expect(() => AlarmActions.of(newStack()).none('')).toThrow('\'reason\' must say why no action is needed, got \'\'');
  });

  test('is warned of in a stage', () => {
    const stack = new Stack(new Stage(new App(), 'Prod'), 'Stack');
    anAlarm(stack);
    Template.fromStack(stack);
    expect(warningsOf(stack)).toHaveLength(1);
  });
});

test('a setting changes threshold, period and data points', () => {
  const stack = newStack();
  anAlarm(stack, AlarmSetting.threshold(7, { period: Duration.minutes(1), evaluationPeriods: 5, datapointsToAlarm: 3 }));
  expect(propertiesOf(stack, 'AWS::CloudWatch::Alarm')).toEqual([expect.objectContaining({
    Threshold: 7, Period: 60, EvaluationPeriods: 5, DatapointsToAlarm: 3, TreatMissingData: 'notBreaching', ComparisonOperator: 'GreaterThanOrEqualToThreshold',
  })]);
});

test('an alarm that is off leaves its reason', () => {
  const stack = newStack();
  expect(anAlarm(stack, AlarmSetting.off('watched elsewhere'))).toBeUndefined();
  expect(stack.node.metadata).toContainEqual(expect.objectContaining({ type: 'cdk-serverless-patterns:alarmOff:Alarm', data: 'watched elsewhere' }));
});
