package parity;

import io.github.cdkserverlesspatterns.AlarmActions;
import io.github.cdkserverlesspatterns.AlarmSetting;
import io.github.cdkserverlesspatterns.AlarmSettingOptions;
import io.github.cdkserverlesspatterns.QueueWorker;
import io.github.cdkserverlesspatterns.Saga;
import io.github.cdkserverlesspatterns.SagaActionOptions;
import io.github.cdkserverlesspatterns.SagaAlarms;
import io.github.cdkserverlesspatterns.SagaRetry;
import io.github.cdkserverlesspatterns.SagaStarter;
import io.github.cdkserverlesspatterns.SagaStep;
import io.github.cdkserverlesspatterns.SagaStepOptions;
import io.github.cdkserverlesspatterns.SagaTask;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.dynamodb.Attribute;
import software.amazon.awscdk.services.dynamodb.AttributeType;
import software.amazon.awscdk.services.dynamodb.Table;
import software.amazon.awscdk.services.events.EventBus;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.lambda.Alias;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.amazon.awscdk.services.sqs.Queue;
import software.constructs.Construct;

final class SagaStack extends Stack {
  SagaStack(Construct scope, String id) {
    super(scope, id);
    Key key = new Key(this, "Key");
    SeatTask seats = new SeatTask(Table.Builder.create(this, "Seats")
        .partitionKey(Attribute.builder().name("key").type(AttributeType.STRING).build())
        .build());
    MessageTask invoices = new MessageTask(Queue.Builder.create(this, "Invoices").fifo(true).encryptionMasterKey(key).build());
    Function rentCar = InlineFunction.create(this, "RentCar");
    Alias live = Alias.Builder.create(this, "Live").aliasName("live").version(rentCar.getCurrentVersion()).build();

    Saga journey = Saga.Builder.create(this, "Journey")
        .steps(List.of(
            SagaStep.readOnly("CheckPassport", SagaTask.invoke(InlineFunction.create(this, "CheckPassport")), "it only looks", SagaActionOptions.builder()
                .discardResult(true)
                .build()),
            SagaStep.parallel("Book",
                SagaStep.of("BookSeat", seats, seats, SagaStepOptions.builder()
                    .finalErrors(List.of("DynamoDB.ConditionalCheckFailedException"))
                    .build()),
                SagaStep.sequence(
                    SagaStep.invoke("BookHotel", InlineFunction.create(this, "BookHotel"), InlineFunction.create(this, "CancelHotel"), SagaStepOptions.builder()
                        .finalErrors(List.of("SoldOut", "HotelClosed"))
                        .timeout(Duration.seconds(30))
                        .retry(SagaRetry.builder()
                            .errors(List.of("HotelIsBusy"))
                            .maxAttempts(4)
                            .interval(Duration.seconds(5))
                            .maxDelay(Duration.minutes(1))
                            .backoffRate(1.5)
                            .build())
                        .compensationTimeout(Duration.minutes(1))
                        .compensationRetry(SagaRetry.builder().maxAttempts(20).build())
                        .build()),
                    SagaStep.invoke("RentCar", live, InlineFunction.create(this, "CancelCar")))),
            SagaStep.of("SendInvoice", invoices, invoices, SagaStepOptions.builder().compensationTimeout(Duration.minutes(2)).build()),
            SagaStep.withoutCompensation("PrintTicket", SagaTask.invoke(InlineFunction.create(this, "PrintTicket")), "it is on paper", SagaActionOptions.builder()
                .finalErrors(List.of("OutOfPaper"))
                .retry(SagaRetry.builder().maxAttempts(0).build())
                .build())))
        .timeout(Duration.days(3))
        .tracing(false)
        .logRetention(RetentionDays.ONE_WEEK)
        .encryptionKey(key)
        .alarms(SagaAlarms.builder()
            .compensated(AlarmSetting.threshold(50, AlarmSettingOptions.builder().period(Duration.minutes(15)).build()))
            .compensationFailed(AlarmSetting.threshold(2))
            .uncaught(AlarmSetting.off("a trial"))
            .build())
        .build();
    journey.grantStart(InlineFunction.create(this, "BookNow"));
    SagaStarter starter = SagaStarter.Builder.create(this, "Starter").saga(journey).businessId("$.journey.id").input("$.journey").build();
    QueueWorker.Builder.create(this, "Journeys").function(starter.getFunction()).maxConcurrency(4).build();

    Queue parking = new Queue(this, "Parking");
    EventBus bus = new EventBus(this, "Bus");
    Saga announcement = Saga.Builder.create(this, "Announcement")
        .steps(List.of(SagaStep.withoutCompensation("Announce", new AnnounceTask(bus), "it is out")))
        .failedCompensations(parking)
        .uncaughtExecutions(new Queue(this, "Ended"))
        .build();
    AlarmActions.of(this).none("a trial");

    Map<String, String> made = Map.of(
        "Machine", journey.getStateMachine().getStateMachineArn(),
        "FailedCompensations", journey.getFailedCompensations().getQueueUrl(),
        "UncaughtExecutions", journey.getUncaughtExecutions().getQueueUrl(),
        "CompensatedAlarm", journey.getCompensatedAlarm().getAlarmArn(),
        "CompensationFailedAlarm", journey.getCompensationFailedAlarm().getAlarmArn(),
        "UncaughtAlarm", String.valueOf(journey.getUncaughtAlarm() != null),
        "Definition", announcement.getDefinition());
    made.forEach((name, value) -> CfnOutput.Builder.create(this, name).value(value).build());
  }
}
