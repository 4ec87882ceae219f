package parity;

import io.github.cdkserverlesspatterns.ISubscriber;
import io.github.cdkserverlesspatterns.SubscriptionContext;
import software.amazon.awscdk.services.events.RuleTargetConfig;
import software.amazon.awscdk.services.events.targets.KinesisStream;
import software.amazon.awscdk.services.kinesis.IStream;
import software.constructs.Construct;

/** Hands over to a target of the CDK's own. */
final class StreamSubscriber implements ISubscriber {
  private final IStream stream;

  StreamSubscriber(IStream stream) {
    this.stream = stream;
  }

  @Override
  public RuleTargetConfig bind(Construct scope, SubscriptionContext context) {
    return new KinesisStream(stream).bind(context.getRule(), "Stream");
  }
}
