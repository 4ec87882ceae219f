/** The life of a live function, as templates that follow each other: nothing but versions is replaced, and the order of changes is one that CloudFormation can take. */
import { DifferenceCollection, fullDiff, ResourceDifference, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import { App, Duration, Stack, TimeZone } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import { LiveFunction, LiveFunctionProps, ProvisionedConcurrency, Rollout } from '../../../src';

interface State extends Partial<Omit<LiveFunctionProps, 'function'>> {
  readonly code?: number;
  readonly memory?: number;
}

const window = (hour: string, executions: number) => ({ schedule: scheduler.ScheduleExpression.cron({ hour, minute: '0', timeZone: TimeZone.ETC_UTC }), executions });
const WARMTHS: Record<string, ProvisionedConcurrency | undefined> = {
  cold: undefined,
  five: ProvisionedConcurrency.of(5),
  seven: ProvisionedConcurrency.of(7),
  byUtilization: ProvisionedConcurrency.byUtilization({ min: 1, max: 9 }),
  bySchedule: ProvisionedConcurrency.bySchedule(window('8', 9), window('18', 0)),
};
const ROLLOUTS: Record<string, Rollout | undefined> = {
  atOnce: undefined,
  canary: Rollout.canary({ percent: 10, interval: Duration.minutes(5) }),
  ownCanary: Rollout.canary({ percent: 30, interval: Duration.minutes(7) }),
  linear: Rollout.linear({ percent: 10, interval: Duration.minutes(1) }),
  allAtOnce: Rollout.allAtOnce(),
};

function template({ code = 1, memory = 128, ...props }: State): any {
  const stack = new Stack(new App(), 'Test');
  const fn = new lambda.Function(stack, 'Fn', {
    runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline(`exports.handler = async () => ${code};`), memorySize: memory,
  });
  new LiveFunction(stack, 'Live', { function: fn, ...props });
  return Template.fromStack(stack).toJSON();
}

const templates = new Map<State, any>();
function templateOf(state: State): any {
  if (!templates.has(state)) templates.set(state, template(state));
  return templates.get(state);
}

/** What is replaced or destroyed, and what keeps its place and changes, by type. */
function changes(before: State, after: State): Record<string, string> {
  const { resources } = fullDiff(templateOf(before), templateOf(after)) as { resources: DifferenceCollection<any, ResourceDifference> };
  const found: Record<string, string> = {};
  resources.forEachDifference((_id, { resourceType, changeImpact }) => { found[`${resourceType!.split('::').slice(1).join('.')} ${changeImpact}`] = changeImpact; });
  return found;
}
const impacts = (before: State, after: State) => Object.keys(changes(before, after)).sort();
/** CloudFormation keeps the alias, and the function, whatever comes. */
const isHarmless = (before: State, after: State) => Object.entries(changes(before, after))
  .filter(([what]) => !/^Lambda\.Version /.test(what)).every(([what, impact]) => impact !== ResourceImpact.WILL_REPLACE && impact !== ResourceImpact.MAY_REPLACE
    && (impact !== ResourceImpact.WILL_DESTROY || !/^Lambda\./.test(what)));

test('a change of the code makes a version, and moves the alias', () => {
  expect(impacts({ rollout: ROLLOUTS.canary }, { rollout: ROLLOUTS.canary, code: 2 })).toEqual([
    'CloudWatch.Alarm WILL_UPDATE', 'Lambda.Alias WILL_UPDATE', 'Lambda.Function WILL_UPDATE', 'Lambda.Version WILL_CREATE', 'Lambda.Version WILL_DESTROY',
  ]);
});

test('so does a change of the configuration', () => {
  expect(impacts({}, { memory: 256 })).toEqual(['Lambda.Alias WILL_UPDATE', 'Lambda.Function WILL_UPDATE', 'Lambda.Version WILL_CREATE', 'Lambda.Version WILL_DESTROY']);
});

test('nothing changes where nothing does', () => expect(impacts({ rollout: ROLLOUTS.canary }, { rollout: ROLLOUTS.canary })).toEqual([]));

test('what is provisioned is a change of the alias alone', () => {
  expect(impacts({}, { provisionedConcurrency: WARMTHS.five })).toEqual(['Lambda.Alias WILL_UPDATE']);
  expect(impacts({ provisionedConcurrency: WARMTHS.five }, { provisionedConcurrency: WARMTHS.seven })).toEqual(['Lambda.Alias WILL_UPDATE']);
  expect(impacts({ provisionedConcurrency: WARMTHS.five }, {})).toEqual(['Lambda.Alias WILL_UPDATE']);
});

test('a rollout is made beside the alias, and goes without it', () => {
  const group = ['CloudWatch.Alarm', 'CodeDeploy.Application', 'CodeDeploy.DeploymentGroup', 'IAM.Role'];
  expect(impacts({}, { rollout: ROLLOUTS.canary })).toEqual([...group.map((type) => `${type} WILL_CREATE`), 'Lambda.Alias WILL_UPDATE'].sort());
  expect(impacts({ rollout: ROLLOUTS.canary }, {})).toEqual([...group.map((type) => `${type} WILL_DESTROY`), 'Lambda.Alias WILL_UPDATE'].sort());
});

const warmths = Object.keys(WARMTHS);
const rollouts = Object.keys(ROLLOUTS);
const states = warmths.flatMap((warmth) => rollouts.map((rollout): [string, string, State] => [
  warmth, rollout, { provisionedConcurrency: WARMTHS[warmth], rollout: ROLLOUTS[rollout] },
]));
const nextStates = states.flatMap(([,, state]) => [state, { ...state, code: 2 }]);

test.each(states)('from %s and %s to every other state, with the code and without: no function and no alias is replaced', (_warmth, _rollout, state) => {
  expect(nextStates.filter((next) => !isHarmless(state, next))).toEqual([]);
});

test.each(states)('%s and %s: the version is made before the alarm that looks at it, that before the group, that before the alias', (_warmth, _rollout, state) => {
  const { Resources } = templateOf(state);
  const needs = (id: string): string[] => {
    const text = JSON.stringify(Resources[id]);
    const direct = Object.keys(Resources).filter((other) => other !== id && text.includes(`"${other}"`));
    return [...direct, ...direct.flatMap(needs)];
  };
  const ofType = (type: string) => Object.keys(Resources).filter((id) => Resources[id].Type === type);
  const [[alias], [version], [group], alarms] = ['AWS::Lambda::Alias', 'AWS::Lambda::Version', 'AWS::CodeDeploy::DeploymentGroup', 'AWS::CloudWatch::Alarm'].map(ofType);
  expect(needs(alias)).toContain(version);
  if (group) expect(needs(alias)).toContain(group);
  for (const alarm of alarms) {
    expect(needs(alarm)).toContain(version);
    expect(needs(group)).toContain(alarm);
  }
});
