import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { ISubscriber, SubscriptionContext } from 'cdk-serverless-patterns';

/** Hands over to a target of the CDK's own. */
export class StreamSubscriber implements ISubscriber {
  constructor(private readonly stream: kinesis.IStream) {}

  public bind(_scope: Construct, { rule }: SubscriptionContext): events.RuleTargetConfig {
    return new targets.KinesisStream(this.stream).bind(rule, 'Stream');
  }
}

/** Makes everything itself, from all that the context has. */
export class DirectSubscriber implements ISubscriber {
  constructor(private readonly handler: lambda.Function) {}

  public bind(scope: Construct, { rule, deadLetters, encryptionKey }: SubscriptionContext): events.RuleTargetConfig {
    new lambda.CfnPermission(scope, 'Invoke', {
      functionName: this.handler.functionArn,
      action: 'lambda:InvokeFunction',
      principal: 'events.amazonaws.com',
      sourceArn: rule.ruleArn,
    });
    deadLetters.allowSender(new iam.ServicePrincipal('scheduler.amazonaws.com'), 'arn:aws:scheduler:eu-central-1:111122223333:schedule/default/again');
    deadLetters.grantSend(this.handler);
    this.handler.addEnvironment('DEAD_LETTERS', deadLetters.queue.queueUrl);
    if (encryptionKey) this.handler.addEnvironment('KEY', encryptionKey.keyArn);
    return { arn: this.handler.functionArn };
  }
}
