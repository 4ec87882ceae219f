package parity;

import io.github.cdkserverlesspatterns.AlarmActions;
import io.github.cdkserverlesspatterns.AlarmSetting;
import io.github.cdkserverlesspatterns.AlarmSettingOptions;
import io.github.cdkserverlesspatterns.AsyncFunctionSubscriberOptions;
import io.github.cdkserverlesspatterns.DeadLetters;
import io.github.cdkserverlesspatterns.EventContract;
import io.github.cdkserverlesspatterns.EventContractProps;
import io.github.cdkserverlesspatterns.EventFanOut;
import io.github.cdkserverlesspatterns.EventSubscription;
import io.github.cdkserverlesspatterns.QueueConsumerOptions;
import io.github.cdkserverlesspatterns.QueueSubscriberOptions;
import io.github.cdkserverlesspatterns.SubscribeProps;
import io.github.cdkserverlesspatterns.Subscriber;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.JsonNull;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.events.EventBus;
import software.amazon.awscdk.services.events.EventField;
import software.amazon.awscdk.services.events.EventPattern;
import software.amazon.awscdk.services.events.Match;
import software.amazon.awscdk.services.events.RuleTargetInput;
import software.amazon.awscdk.services.kinesis.Stream;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.amazon.awscdk.services.sns.Topic;
import software.amazon.awscdk.services.sqs.Queue;
import software.amazon.awscdk.services.stepfunctions.DefinitionBody;
import software.amazon.awscdk.services.stepfunctions.Pass;
import software.amazon.awscdk.services.stepfunctions.StateMachine;
import software.constructs.Construct;

final class EventFanOutStack extends Stack {
  private static final EventContract ORDER_PLACED = new EventContract(EventContractProps.builder()
      .source("shop.orders")
      .detailType("OrderPlaced")
      .schema(Map.of(
          "type", "object",
          "required", List.of("orderId"),
          "properties", Map.of(
              "orderId", Map.of("type", "string"),
              "total", Map.of("type", "number"),
              "country", Map.of("type", "string"),
              "express", Map.of("type", "boolean"),
              "coupon", Map.of("type", List.of("string", "null")),
              "items", Map.of("type", "array", "items", Map.of(
                  "type", "object",
                  "properties", Map.of("sku", Map.of("type", "string"), "quantity", Map.of("type", "integer")))))))
      .build());
  private static final EventContract ORDER_CANCELLED = new EventContract(EventContractProps.builder()
      .source("shop.orders")
      .detailType("OrderCancelled")
      .build());

  private static final EventPattern VALUABLE = ORDER_PLACED.where(Map.of("total", List.of(Map.of("numeric", List.of(">=", 1000)))));
  private static final EventPattern ABROAD = ORDER_PLACED.where(Map.of(
      "total", Match.interval(0.5, 1000),
      "country", Match.anythingBut("DE"),
      "express", List.of(true),
      "coupon", Match.nullValue(),
      "items", Map.of("sku", Match.anyOf(Match.prefix("book-"), Match.suffix("-paper")), "quantity", List.of(1, 2))));
  private static final EventPattern EITHER = ORDER_PLACED.where(Map.of("$or", List.of(
      Map.of("country", List.of("AT")),
      Map.of("total", List.of(Map.of("numeric", List.of(">", 0, "<", 10)))))));

  EventFanOutStack(Construct scope, String id) {
    super(scope, id);
    Key key = new Key(this, "Key");
    EventFanOut orderEvents = EventFanOut.Builder.create(this, "OrderEvents")
        .archiveRetention(Duration.days(30))
        .archivePattern(ORDER_PLACED.all())
        .encryptionKey(key)
        .build();
    orderEvents.grantPublish(InlineFunction.create(this, "CreateOrder"), ORDER_PLACED, ORDER_CANCELLED);

    EventSubscription inventory = orderEvents.subscribe("Inventory", SubscribeProps.builder()
        .on(ORDER_PLACED.all())
        .to(Subscriber.function(InlineFunction.create(this, "InventoryFunction"), QueueConsumerOptions.builder()
            .maxConcurrency(5)
            .batchSize(20)
            .maxBatchingWindow(Duration.seconds(10))
            .maxReceiveCount(3)
            .build()))
        .retryAttempts(10)
        .maxEventAge(Duration.minutes(30))
        .input(RuleTargetInput.fromEventPath("$.detail"))
        .build());
    orderEvents.subscribe("Vip", SubscribeProps.builder()
        .on(VALUABLE)
        .to(Subscriber.asyncFunction(InlineFunction.create(this, "VipFunction"), AsyncFunctionSubscriberOptions.builder()
            .retryAttempts(1)
            .maxEventAge(Duration.hours(1))
            .build()))
        .alarm(AlarmSetting.threshold(10, AlarmSettingOptions.builder().evaluationPeriods(3).datapointsToAlarm(2).build()))
        .build());
    orderEvents.subscribe("Customs", SubscribeProps.builder()
        .on(ABROAD)
        .to(Subscriber.queue(Queue.Builder.create(this, "CustomsQueue").encryptionMasterKey(key).build()))
        .build());
    orderEvents.subscribe("Small", SubscribeProps.builder()
        .on(EITHER)
        .to(Subscriber.queue(Queue.Builder.create(this, "SmallQueue").fifo(true).contentBasedDeduplication(true).build(), QueueSubscriberOptions.builder().messageGroupId("orders").build()))
        .alarm(AlarmSetting.off("a trial"))
        .build());
    orderEvents.subscribe("Alerts", SubscribeProps.builder()
        .on(VALUABLE)
        .to(Subscriber.topic(new Topic(this, "AlertsTopic")))
        .input(RuleTargetInput.fromText("Order " + EventField.fromPath("$.detail.orderId")))
        .build());
    StateMachine fulfil = StateMachine.Builder.create(this, "Fulfil")
        .definitionBody(DefinitionBody.fromChainable(new Pass(this, "Done")))
        .build();
    orderEvents.subscribe("Fulfilment", SubscribeProps.builder()
        .on(ORDER_PLACED.all())
        .to(Subscriber.stateMachine(fulfil))
        .input(RuleTargetInput.fromObject(new TreeMap<>(Map.of( // Map.of has another order in each run, and this becomes a text
            "id", EventField.getEventId(),
            "order", EventField.fromPath("$.detail")))))
        .build());
    orderEvents.subscribe("Partner", SubscribeProps.builder()
        .on(ORDER_CANCELLED.all())
        .to(Subscriber.eventBus(new EventBus(this, "PartnerBus")))
        .build());
    orderEvents.subscribe("Audit", SubscribeProps.builder()
        .on(EventPattern.builder().source(Match.prefix("")).build())
        .to(Subscriber.logGroup(LogGroup.Builder.create(this, "AuditLog").retention(RetentionDays.ONE_YEAR).build()))
        .build());
    orderEvents.subscribe("Stream", SubscribeProps.builder()
        .on(ORDER_PLACED.all())
        .to(new StreamSubscriber(new Stream(this, "OrderStream")))
        .build());
    orderEvents.subscribe("Direct", SubscribeProps.builder()
        .on(ORDER_PLACED.all())
        .to(new DirectSubscriber(InlineFunction.create(this, "DirectFunction")))
        .build());

    EventSubscription uploads = EventSubscription.Builder.create(this, "Uploads")
        .eventBus(EventBus.fromEventBusName(this, "Default", "default"))
        .on(EventPattern.builder().source(List.of("aws.s3")).detailType(List.of("Object Created")).build())
        .to(new DirectSubscriber(InlineFunction.create(this, "UploadsFunction")))
        .deadLetterQueue(DeadLetters.Builder.create(this, "Shared").retention(Duration.days(7)).build().getQueue())
        .build();
    AlarmActions.of(this).none("a trial");

    Map<String, Object> order = ORDER_PLACED.sample(Map.of(
        "orderId", "1",
        "total", 1000,
        "country", "AT",
        "express", true,
        "coupon", JsonNull.INSTANCE, // Map.of takes no null, and that of a HashMap would not arrive
        "items", List.of(Map.of("sku", "book-1", "quantity", 2))));
    Map<String, Boolean> verdicts = Map.of(
        "Valuable", EventContract.matches(VALUABLE, order),
        "Abroad", EventContract.matches(ABROAD, order),
        "Either", EventContract.matches(EITHER, order),
        "Cancelled", EventContract.matches(ORDER_CANCELLED.all(), order));
    verdicts.forEach((name, verdict) -> CfnOutput.Builder.create(this, name).value(verdict.toString()).build());
    Map<String, String> made = Map.of(
        "Archive", orderEvents.getArchive().getArchiveRef().getArchiveName(),
        "BusDeadLetters", orderEvents.getEventBusDeadLetterQueue().getQueueUrl(),
        "InventoryQueue", inventory.getQueue().getQueueUrl(),
        "InventoryAlarm", inventory.getDeadLettersAlarm().getAlarmArn(),
        "UploadsRule", uploads.getRule().getRuleArn());
    made.forEach((name, value) -> CfnOutput.Builder.create(this, name).value(value).build());
  }
}
