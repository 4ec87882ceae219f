import { Arn, ArnFormat, IResource, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { IConstruct } from 'constructs';
import { addToKeyPolicy, warnOfImportedPolicy } from './imported-policy';
import { inputError } from './input-error';
import { mark, marked } from './mark';

/** A service of AWS that hands something over for one of its resources: a rule, a topic, a bucket, an alarm. */
export interface ServiceSource {
  readonly service: iam.ServicePrincipal;
  readonly sourceArn: string;
  /** Where the source is, if not here. */
  readonly env?: { readonly region: string; readonly account: string };
}

type Policied = IResource & { addToResourcePolicy(statement: iam.PolicyStatement): iam.AddToResourcePolicyResult };

/** Lets a service send to a queue, also to one with a key of its own. */
export function admitToQueue(scope: IConstruct, prop: string, queue: sqs.IQueue, source: ServiceSource): void {
  if (queue.encryptionType === sqs.QueueEncryption.KMS_MANAGED) {
    throw inputError(prop, 'must not have the AWS-managed key, which lets no service write (take a key of your own, or QueueEncryption.SQS_MANAGED)', queue.node.path);
  }
  admit(scope, `queue ${queue.node.path}`, queue, 'sqs:SendMessage', queue.queueArn, source);
  if (queue.encryptionMasterKey) admitToKey(scope, prop, queue.encryptionMasterKey, source);
}

/** Lets a service publish to a topic, also to one with a key of its own. */
export function admitToTopic(scope: IConstruct, prop: string, topic: sns.ITopic, source: ServiceSource): void {
  keepAlarms(topic);
  admit(scope, `topic ${topic.node.path}`, topic, 'sns:Publish', topic.topicArn, source);
  if (topic.masterKey) admitToKey(scope, prop, topic.masterKey, source);
}

/** A topic without a policy has SNS's, which lets the account's alarms in: the first statement of ours would shut them out. */
function keepAlarms(topic: sns.ITopic): void {
  if (topic.node.tryFindChild('Policy')) return;
  topic.addToResourcePolicy(sourceStatement('sns:Publish', topic.topicArn, alarmsOf(topic)));
}

/** All alarms where a resource is: alarms come and go. */
export function alarmsOf(resource: IConstruct): ServiceSource {
  const { partition, region, account } = Stack.of(resource);
  return { service: new iam.ServicePrincipal('cloudwatch.amazonaws.com'), sourceArn: `arn:${partition}:cloudwatch:${region}:${account}:alarm:*` };
}

/** One statement for all sources of a service: a policy takes 20. */
function admit(scope: IConstruct, holder: string, resource: Policied, action: string, arn: string, source: ServiceSource): void {
  const elsewhere = Stack.of(resource) !== Stack.of(scope);
  // a resource of another stack is referred to from here: its policy does not refer back
  const nearSource = elsewhere && Token.isUnresolved(source.sourceArn) ? { ...source, sourceArn: anySourceArn(scope, source) } : source;
  const admitted = admittedTo(resource);
  const known = admitted.get(source.service.service);
  if (known) {
    const { 'aws:SourceArn': arns } = known.conditions.ArnLike;
    known.addCondition('ArnLike', { 'aws:SourceArn': [...new Set([arns, nearSource.sourceArn].flat())] });
    return;
  }
  const statement = sourceStatement(action, arn, nearSource);
  if (resource.addToResourcePolicy(statement).statementAdded) admitted.set(source.service.service, statement);
  else warnOfImportedPolicy(scope, holder, statement);
}

/** The statement of each service that was let in. */
function admittedTo(resource: Policied): Map<string, iam.PolicyStatement> {
  return marked(resource, 'admitted') ?? mark(resource, 'admitted', new Map());
}

function sourceStatement(action: string, resource: string, { service, sourceArn, env }: ServiceSource): iam.PolicyStatement {
  return new iam.PolicyStatement({
    principals: [service],
    actions: [action],
    resources: [resource],
    conditions: {
      ArnLike: { 'aws:SourceArn': sourceArn },
      ...service.service === 's3.amazonaws.com' && env && { StringEquals: { 'aws:SourceAccount': env.account } }, // the ARN of a bucket has none
    },
  });
}

function admitToKey(scope: IConstruct, prop: string, key: kms.IKey, source: ServiceSource): void {
  if ('aliasName' in key && `${key.aliasName}`.startsWith('alias/aws/')) {
    throw inputError(prop, 'must not have an AWS-managed key, which lets no service in (take a key of your own)', key.aliasName);
  }
  const known = !Token.isUnresolved(source.sourceArn);
  const statement = new iam.PolicyStatement({
    principals: [source.service],
    actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
    resources: ['*'],
    conditions: {
      StringEquals: {
        'aws:SourceAccount': (known && Arn.split(source.sourceArn, ArnFormat.NO_RESOURCE_NAME).account) || (source.env ?? Stack.of(scope)).account,
      },
      // the source refers to the queue, and the queue to the key: a key that refers to the source would close a circle
      ArnLike: { 'aws:SourceArn': known ? source.sourceArn : anySourceArn(scope, source) },
    },
  });
  addToKeyPolicy(scope, key, statement);
}

/** Sources of the service in the source's account and region, without a reference. */
function anySourceArn(scope: IConstruct, { service, env = Stack.of(scope) }: ServiceSource): string {
  const [name] = service.service.split('.');
  return `arn:${Stack.of(scope).partition}:${name}:${name === 's3' ? '::' : `${env.region}:${env.account}:`}*`;
}
