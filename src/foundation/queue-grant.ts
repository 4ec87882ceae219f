import * as iam from 'aws-cdk-lib/aws-iam';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { warnOfImportedPolicy } from './imported-policy';
import { inputError } from './input-error';

/** Exactly these actions on a queue, and those on its key if it has one. */
export function grantOnQueue(scope: Construct, queue: sqs.IQueue, grantee: iam.IGrantable, actions: string[], keyActions: string[]): iam.Grant {
  const key = queue.encryptionMasterKey;
  const principal = grantee.grantPrincipal;
  if (principal instanceof iam.UnknownPrincipal) { // a function that was imported without its role
    const { path = 'the grantee' } = (grantee as iam.IGrantable & Partial<Construct>).node ?? {};
    const holder = `the role of ${path} (import the function with it, and its policy is written)`;
    warnOfImportedPolicy(scope, holder, new iam.PolicyStatement({ actions, resources: [queue.queueArn] }));
    if (key) warnOfImportedPolicy(scope, holder, new iam.PolicyStatement({ actions: keyActions, resources: [key.keyArn] }));
    return iam.Grant.drop(grantee, 'imported without its role');
  }
  if (principal instanceof iam.ServicePrincipal) {
    throw inputError('grantee', 'must be a role, a user or a function: a service is let in for one source, by allowSender', principal.service);
  }
  key?.grant(grantee, ...keyActions);
  return queue.grant(grantee, ...actions);
}
