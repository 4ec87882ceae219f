import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { EventFanOutProps } from './event-fan-out-props';
import { EVENTBRIDGE } from './handover';
import { plainDocument, underItsNames } from '../../foundation/event-pattern/pattern-document';
import { checkUserPattern } from '../../foundation/event-pattern/user-pattern';
import { addToKeyPolicy, warnOfImportedPolicy } from '../../foundation/imported-policy';
import { inputError } from '../../foundation/input-error';

/** The archive of a bus, where one is wanted. */
export function archiveOf(scope: Construct, id: string, eventBus: events.IEventBus, props: EventFanOutProps): events.CfnArchive | undefined {
  const { archiveRetention: retention, archivePattern: pattern, encryptionKey: key } = props;
  if (!retention) {
    if (pattern) throw inputError('archivePattern', 'must be given with archiveRetention', JSON.stringify(pattern));
    return undefined;
  }
  if (!retention.isUnresolved() && !Number.isInteger(retention.toDays({ integral: false }))) {
    throw inputError('archiveRetention', 'must be whole days', retention.toHumanString());
  }
  if (!pattern && eventBus.eventBusName === 'default') {
    throw inputError('archivePattern', 'must be given on the default bus, where all AWS services of the account publish', pattern);
  }
  const eventPattern = pattern && underItsNames(pattern);
  if (eventPattern) checkUserPattern('archivePattern', plainDocument(eventPattern));
  const archive = new events.CfnArchive(scope, id, {
    sourceArn: eventBus.eventBusArn,
    eventPattern,
    retentionDays: retention.toDays(),
    kmsKeyIdentifier: key?.keyArn,
  });
  if (key) admitArchive(scope, key, eventBus);
  return archive;
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/encryption-archives.html */
function admitArchive(scope: Construct, key: kms.IKey, eventBus: events.IEventBus): void {
  const principals = [new iam.ServicePrincipal(EVENTBRIDGE)];
  const statements = [
    new iam.PolicyStatement({
      principals,
      actions: ['kms:GenerateDataKey', 'kms:Decrypt', 'kms:ReEncrypt*'],
      resources: ['*'],
      conditions: { StringEquals: { 'kms:EncryptionContext:aws:events:event-bus:arn': arnWithoutReference(scope, eventBus) } },
    }),
    new iam.PolicyStatement({ principals, actions: ['kms:DescribeKey'], resources: ['*'] }),
  ];
  for (const statement of statements) addToKeyPolicy(scope, key, statement);
}

/** The CDK lets the bus use a key that is made in the app, and says nothing of one that is imported. */
export function warnOfImportedBusKey(scope: Construct, key: kms.IKey, eventBus: events.IEventBus): void {
  if (key instanceof kms.Key) return;
  warnOfImportedPolicy(scope, `key ${key.node.path}`, new iam.PolicyStatement({
    principals: [new iam.ServicePrincipal(EVENTBRIDGE)],
    actions: ['kms:Decrypt', 'kms:GenerateDataKey', 'kms:DescribeKey'],
    resources: ['*'],
    conditions: { StringEquals: { 'kms:EncryptionContext:aws:events:event-bus:arn': arnWithoutReference(scope, eventBus) } },
  }));
}

/** The bus refers to its key: a key that refers to the bus would close a circle. */
function arnWithoutReference(scope: Construct, eventBus: events.IEventBus): string {
  if (!(eventBus instanceof events.EventBus)) return eventBus.eventBusArn;
  const { name } = eventBus.node.defaultChild as events.CfnEventBus;
  return Stack.of(scope).formatArn({ service: 'events', resource: 'event-bus', resourceName: name, arnFormat: ArnFormat.SLASH_RESOURCE_NAME });
}
