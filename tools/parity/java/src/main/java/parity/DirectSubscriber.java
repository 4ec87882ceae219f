package parity;

import io.github.cdkserverlesspatterns.DeadLetters;
import io.github.cdkserverlesspatterns.ISubscriber;
import io.github.cdkserverlesspatterns.SubscriptionContext;
import software.amazon.awscdk.services.events.RuleTargetConfig;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.lambda.CfnPermission;
import software.amazon.awscdk.services.lambda.Function;
import software.constructs.Construct;

/** Makes everything itself, from all that the context has. */
final class DirectSubscriber implements ISubscriber {
  private final Function handler;

  DirectSubscriber(Function handler) {
    this.handler = handler;
  }

  @Override
  public RuleTargetConfig bind(Construct scope, SubscriptionContext context) {
    CfnPermission.Builder.create(scope, "Invoke")
        .functionName(handler.getFunctionArn())
        .action("lambda:InvokeFunction")
        .principal("events.amazonaws.com")
        .sourceArn(context.getRule().getRuleArn())
        .build();
    DeadLetters deadLetters = context.getDeadLetters();
    deadLetters.allowSender(new ServicePrincipal("scheduler.amazonaws.com"), "arn:aws:scheduler:eu-central-1:111122223333:schedule/default/again");
    deadLetters.grantSend(handler);
    handler.addEnvironment("DEAD_LETTERS", deadLetters.getQueue().getQueueUrl());
    if (context.getEncryptionKey() != null) {
      handler.addEnvironment("KEY", context.getEncryptionKey().getKeyArn());
    }
    return RuleTargetConfig.builder().arn(handler.getFunctionArn()).build();
  }
}
