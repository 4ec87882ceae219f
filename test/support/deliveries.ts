import { functionName, Resource } from './resolved-template';

/** Who hands over, as itself or in a role, and by which actions if not those that every message needs. */
export interface Delivery { to: string; service: string; sourceArn: string; role?: string; actions?: string[]; keyActions?: string[] }

const serviceOf = (arn: string) => arn.split(':')[2];

/** What a resource hands over, and to whom. */
export function deliveriesOf({ type, arn, name, properties: p, place }: Resource, resources: Resource[]): Delivery[] {
  const from = (service: string, sourceArn: string, to: (string | undefined)[], more: Partial<Delivery> = {}): Delivery[] =>
    to.filter((target) => target !== undefined).map((target) => ({ to: target, service: `${service}.amazonaws.com`, sourceArn, ...more }));
  /** A function hands over in its own role. */
  const byFunction = (fn: string, to: (string | undefined)[], more: Partial<Delivery> = {}): Delivery[] => {
    const found = resources.find((resource) => resource.type === 'AWS::Lambda::Function' && resource.name === functionName(fn));
    return from('lambda', found?.arn ?? fn, to, { role: found?.properties.Role ?? `the role of ${fn}`, ...more });
  };
  switch (type) {
    case 'AWS::Events::Rule': return (p.Targets ?? []).flatMap((target: any) => [
      ...from('events', arn, [target.Arn], { role: target.RoleArn }), ...from('events', arn, [target.DeadLetterConfig?.Arn]),
    ]);
    case 'AWS::Events::EventBus': return from('events', arn, [p.DeadLetterConfig?.Arn]);
    case 'AWS::Lambda::Function': return byFunction(name, [p.DeadLetterConfig?.TargetArn]);
    case 'AWS::Lambda::EventInvokeConfig':
      return byFunction(p.FunctionName, [p.DestinationConfig?.OnFailure?.Destination, p.DestinationConfig?.OnSuccess?.Destination]);
    case 'AWS::Lambda::EventSourceMapping': return [
      ...byFunction(p.FunctionName, serviceOf(p.EventSourceArn ?? '') === 'sqs' ? [p.EventSourceArn] : [], {
        actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], keyActions: ['kms:Decrypt'],
      }),
      ...byFunction(p.FunctionName, [p.DestinationConfig?.OnFailure?.Destination]),
    ];
    case 'AWS::SNS::Subscription':
      return from('sns', p.TopicArn, [['sqs', 'lambda'].includes(p.Protocol) ? p.Endpoint : undefined, p.RedrivePolicy?.deadLetterTargetArn]);
    case 'AWS::S3::Bucket': return from('s3', arn, notified(p.NotificationConfiguration));
    case 'Custom::S3BucketNotifications': return from('s3', `arn:aws:s3:::${p.BucketName}`, notified(p.NotificationConfiguration));
    case 'AWS::CloudWatch::Alarm': case 'AWS::CloudWatch::CompositeAlarm': {
      const actions = [...new Set<string>([p.AlarmActions, p.OKActions, p.InsufficientDataActions].flatMap((list) => list ?? []))];
      const on = (service: string) => actions.filter((action) => serviceOf(action) === service);
      return [...from('cloudwatch', arn, on('sns')), ...from('lambda.alarms.cloudwatch', arn, on('lambda'))];
    }
    case 'AWS::Scheduler::Schedule': {
      const group = `arn:aws:scheduler:${place}:schedule-group/${p.GroupName ?? 'default'}`;
      const targets = [p.Target.Arn, p.Target.DeadLetterConfig?.Arn].filter((target) => !target?.startsWith('arn:aws:scheduler:::'));
      return from('scheduler', group, targets, { role: p.Target.RoleArn });
    }
    case 'AWS::StepFunctions::StateMachine': return tasksOf(JSON.parse(p.DefinitionString)).flatMap(({ Resource: task, Parameters, Arguments = Parameters }) => {
      const { FunctionName, QueueUrl, TableName } = Arguments;
      const table = TableName && (resources.find((resource) => /^AWS::DynamoDB::/.test(resource.type) && resource.name === TableName)?.arn ?? TableName);
      const action = task.replace(/.*:dynamodb:(.)/, (_: string, first: string) => `dynamodb:${first.toUpperCase()}`);
      return [
        ...from('states', arn, [FunctionName, resources.find(({ url }) => url === QueueUrl)?.arn ?? QueueUrl], { role: p.RoleArn }),
        ...from('states', arn, [table], { role: p.RoleArn, actions: [action], keyActions: ['kms:Decrypt', 'kms:GenerateDataKey'] }),
      ];
    });
    default: return [];
  }
}

/** All tasks of a state machine, those in branches too. */
function tasksOf({ States }: any): any[] {
  return Object.values<any>(States).flatMap((state) => [...state.Type === 'Task' ? [state] : [], ...(state.Branches ?? []).flatMap(tasksOf)]);
}

/** Where a bucket's notifications go, by the names of CloudFormation's type and of the custom resource. */
function notified({ QueueConfigurations = [], TopicConfigurations = [], ...functions }: any = {}): string[] {
  const lists = [QueueConfigurations, TopicConfigurations, functions.LambdaConfigurations ?? functions.LambdaFunctionConfigurations ?? []];
  return lists.flat().map((to) => to.Queue ?? to.QueueArn ?? to.Topic ?? to.TopicArn ?? to.Function ?? to.LambdaFunctionArn);
}
