package parity;

import io.github.cdkserverlesspatterns.ISagaTask;
import io.github.cdkserverlesspatterns.SagaTaskContext;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.services.dynamodb.ITable;
import software.amazon.awscdk.services.stepfunctions.JsonPath;
import software.amazon.awscdk.services.stepfunctions.TaskStateBase;
import software.amazon.awscdk.services.stepfunctions.tasks.DynamoAttributeValue;
import software.amazon.awscdk.services.stepfunctions.tasks.DynamoDeleteItem;
import software.amazon.awscdk.services.stepfunctions.tasks.DynamoPutItem;
import software.constructs.Construct;

/** Books under the key of the action, and as compensation forgets what is there under it. */
final class SeatTask implements ISagaTask {
  private final ITable seats;

  SeatTask(ITable seats) {
    this.seats = seats;
  }

  @Override
  public TaskStateBase bind(Construct scope, SagaTaskContext context) {
    if (context.getActionKey() != null) {
      return DynamoDeleteItem.Builder.create(scope, "Task")
          .table(seats)
          .key(Map.of("key", DynamoAttributeValue.fromString(context.getActionKey())))
          .build();
    }
    return DynamoPutItem.Builder.create(scope, "Task")
        .table(seats)
        .item(new TreeMap<>(Map.of( // Map.of has another order in each run, and this becomes a text
            "key", DynamoAttributeValue.fromString(context.getIdempotencyKey()),
            "seat", DynamoAttributeValue.fromString(JsonPath.stringAt("$$.Execution.Input.seat")))))
        .conditionExpression("attribute_not_exists(seat)")
        .build();
  }
}
