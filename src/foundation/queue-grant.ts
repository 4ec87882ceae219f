import * as iam from 'aws-cdk-lib/aws-iam';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { dropUnknownRole } from './imported-policy';
import { inputError } from './input-error';

/** What a sender needs, and no more. */
export function grantSend(scope: Construct, queue: sqs.IQueue, grantee: iam.IGrantable): iam.Grant {
  return grantOnQueue(scope, queue, grantee, ['sqs:SendMessage'], ['kms:GenerateDataKey', 'kms:Decrypt']);
}

/** What Lambda needs to work off a queue for a function, and no more. */
export function grantConsume(scope: Construct, queue: sqs.IQueue, grantee: iam.IGrantable): iam.Grant {
  return grantOnQueue(scope, queue, grantee, ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], ['kms:Decrypt']);
}

/** Exactly these actions on a queue, and those on its key if it has one. */
function grantOnQueue(scope: Construct, queue: sqs.IQueue, grantee: iam.IGrantable, actions: string[], keyActions: string[]): iam.Grant {
  const key = queue.encryptionMasterKey;
  const principal = grantee.grantPrincipal;
  if (principal instanceof iam.UnknownPrincipal) {
    return dropUnknownRole(scope, grantee, [
      new iam.PolicyStatement({ actions, resources: [queue.queueArn] }),
      ...key ? [new iam.PolicyStatement({ actions: keyActions, resources: [key.keyArn] })] : [],
    ]);
  }
  if (principal instanceof iam.ServicePrincipal) {
    throw inputError('grantee', 'must be a role, a user or a function: a service is let in for one source, by allowSender', principal.service);
  }
  key?.grant(grantee, ...keyActions);
  return queue.grant(grantee, ...actions);
}
