package parity;

import io.github.cdkserverlesspatterns.ISagaTask;
import io.github.cdkserverlesspatterns.SagaTaskContext;
import software.amazon.awscdk.services.sqs.IQueue;
import software.amazon.awscdk.services.stepfunctions.TaskStateBase;
import software.amazon.awscdk.services.stepfunctions.Timeout;
import software.amazon.awscdk.services.stepfunctions.tasks.SqsSendMessage;
import software.constructs.Construct;

/** Sends what a function would get, from all that the context has. */
final class MessageTask implements ISagaTask {
  private final IQueue queue;

  MessageTask(IQueue queue) {
    this.queue = queue;
  }

  @Override
  public TaskStateBase bind(Construct scope, SagaTaskContext context) {
    return SqsSendMessage.Builder.create(scope, "Task")
        .queue(queue)
        .messageBody(context.getPayload())
        .messageGroupId(context.getStepName())
        .messageDeduplicationId(context.getIdempotencyKey())
        .taskTimeout(Timeout.duration(context.getTimeout()))
        .build();
  }
}
