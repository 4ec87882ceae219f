import { Arn, ArnFormat, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { IConstruct } from 'constructs';
import { warnOfImportedPolicy } from './imported-policy';
import { inputError } from './input-error';

/** A service of AWS that hands something over for one of its resources: a rule, a topic, a bucket, an alarm. */
export interface ServiceSource {
  readonly service: iam.ServicePrincipal;
  readonly sourceArn: string;
  /** For sources whose ARN has no account. */
  readonly sourceAccount?: string;
}

/** Lets a service send to a queue, also to one with a key of its own. */
export function admitToQueue(scope: IConstruct, prop: string, queue: sqs.IQueue, source: ServiceSource): void {
  if (queue.encryptionType === sqs.QueueEncryption.KMS_MANAGED) {
    throw inputError(prop, 'must not have the AWS-managed key, which lets no service write (take a key of your own, or QueueEncryption.SQS_MANAGED)', queue.node.path);
  }
  const statement = sourceStatement('sqs:SendMessage', queue.queueArn, source);
  warnUnless(queue.addToResourcePolicy(statement), scope, `queue ${queue.node.path}`, statement);
  if (queue.encryptionMasterKey) admitToKey(scope, queue.encryptionMasterKey, source);
}

/** Lets a service publish to a topic, also to one with a key of its own. */
export function admitToTopic(scope: IConstruct, topic: sns.ITopic, source: ServiceSource): void {
  const statement = sourceStatement('sns:Publish', topic.topicArn, source);
  warnUnless(topic.addToResourcePolicy(statement), scope, `topic ${topic.node.path}`, statement);
  if (topic.masterKey) admitToKey(scope, topic.masterKey, source);
}

function sourceStatement(action: string, resource: string, { service, sourceArn, sourceAccount }: ServiceSource): iam.PolicyStatement {
  return new iam.PolicyStatement({
    principals: [service],
    actions: [action],
    resources: [resource],
    conditions: {
      ArnEquals: { 'aws:SourceArn': sourceArn },
      ...(sourceAccount && { StringEquals: { 'aws:SourceAccount': sourceAccount } }),
    },
  });
}

function admitToKey(scope: IConstruct, key: kms.IKey, source: ServiceSource): void {
  const stack = Stack.of(scope);
  const known = !Token.isUnresolved(source.sourceArn);
  const statement = new iam.PolicyStatement({
    principals: [source.service],
    actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
    resources: ['*'],
    conditions: {
      StringEquals: { 'aws:SourceAccount': (known && Arn.split(source.sourceArn, ArnFormat.NO_RESOURCE_NAME).account) || stack.account },
      // the source refers to the queue, and the queue to the key: a key that refers to the source would close a circle
      ArnLike: { 'aws:SourceArn': known ? source.sourceArn : anySourceArn(stack, source.service) },
    },
  });
  warnUnless(key.addToResourcePolicy(statement), scope, `key ${key.node.path}`, statement);
}

function anySourceArn(stack: Stack, { service }: iam.ServicePrincipal): string {
  const name = service.split('.')[0];
  return name === 's3' ? `arn:${stack.partition}:s3:::*` : `arn:${stack.partition}:${name}:${stack.region}:${stack.account}:*`;
}

function warnUnless(added: iam.AddToResourcePolicyResult, scope: IConstruct, holder: string, statement: iam.PolicyStatement): void {
  if (!added.statementAdded) warnOfImportedPolicy(scope, holder, statement);
}
