package parity;

import io.github.cdkserverlesspatterns.ISagaTask;
import io.github.cdkserverlesspatterns.SagaTaskContext;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.services.events.IEventBus;
import software.amazon.awscdk.services.stepfunctions.TaskInput;
import software.amazon.awscdk.services.stepfunctions.TaskStateBase;
import software.amazon.awscdk.services.stepfunctions.tasks.EventBridgePutEvents;
import software.amazon.awscdk.services.stepfunctions.tasks.EventBridgePutEventsEntry;
import software.constructs.Construct;

/** Puts some of what a function would get into a message of its own. */
final class AnnounceTask implements ISagaTask {
  private final IEventBus bus;

  AnnounceTask(IEventBus bus) {
    this.bus = bus;
  }

  @Override
  public TaskStateBase bind(Construct scope, SagaTaskContext context) {
    Map<?, ?> payload = (Map<?, ?>) context.getPayload().getValue();
    return EventBridgePutEvents.Builder.create(scope, "Task")
        .entries(List.of(EventBridgePutEventsEntry.builder()
            .eventBus(bus)
            .source("journeys")
            .detailType(context.getStepName())
            .detail(TaskInput.fromObject(new TreeMap<>(Map.of( // Map.of has another order in each run, and this becomes a text
                "journey", payload.get("input"),
                "key", payload.get("idempotencyKey")))))
            .build()))
        .build();
  }
}
