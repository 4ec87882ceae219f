package parity;

import io.github.cdkserverlesspatterns.AlarmActions;
import io.github.cdkserverlesspatterns.AlarmSetting;
import io.github.cdkserverlesspatterns.AlarmSettingOptions;
import io.github.cdkserverlesspatterns.DeadLetters;
import io.github.cdkserverlesspatterns.QueueBucketOptions;
import io.github.cdkserverlesspatterns.QueueTopicOptions;
import io.github.cdkserverlesspatterns.QueueWorker;
import io.github.cdkserverlesspatterns.QueueWorkerAlarms;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.events.Match;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.lambda.Alias;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.s3.Bucket;
import software.amazon.awscdk.services.sns.FilterOrPolicy;
import software.amazon.awscdk.services.sns.NumericConditions;
import software.amazon.awscdk.services.sns.StringConditions;
import software.amazon.awscdk.services.sns.SubscriptionFilter;
import software.amazon.awscdk.services.sns.Topic;
import software.constructs.Construct;

final class QueueWorkerStack extends Stack {
  QueueWorkerStack(Construct scope, String id) {
    super(scope, id);
    Topic orders = new Topic(this, "Orders");
    QueueWorker invoices = QueueWorker.Builder.create(this, "Invoices")
        .function(InlineFunction.create(this, "SendInvoice"))
        .maxConcurrency(4)
        .filters(List.of(
            Map.of("body", Map.of("amount", List.of(Map.of("numeric", List.of(">", 0))), "kind", List.of("invoice"))),
            Map.of("messageAttributes", Map.of("kind", Map.of("stringValue", Match.prefix("invoice-"))))))
        .alarms(QueueWorkerAlarms.builder()
            .deadLetters(AlarmSetting.threshold(5, AlarmSettingOptions.builder().period(Duration.minutes(1)).build()))
            .oldestMessage(AlarmSetting.threshold(3600))
            .build())
        .build();
    invoices.grantSend(InlineFunction.create(this, "CreateOrder"));
    invoices.receiveFromTopic(orders, QueueTopicOptions.builder()
        .filterPolicy(Map.of(
            "kind", SubscriptionFilter.stringFilter(StringConditions.builder().allowlist(List.of("invoice")).build()),
            "amount", SubscriptionFilter.numericFilter(NumericConditions.builder().greaterThan(0).build())))
        .build());

    QueueWorker uploads = QueueWorker.Builder.create(this, "Uploads")
        .function(InlineFunction.create(this, "ReadUpload"))
        .batchSize(100)
        .build();
    uploads.receiveFromBucket(new Bucket(this, "Bucket"), QueueBucketOptions.builder().prefix("incoming/").suffix(".csv").build());
    uploads.receiveFromTopic(orders, QueueTopicOptions.builder()
        .filterPolicyWithMessageBody(Map.of(
            "order", FilterOrPolicy.policy(Map.of("kind", FilterOrPolicy.filter(SubscriptionFilter.existsFilter())))))
        .rawMessageDelivery(false)
        .build());

    Function bookings = InlineFunction.create(this, "Book");
    Alias live = Alias.Builder.create(this, "Live").aliasName("live").version(bookings.getCurrentVersion()).build();
    QueueWorker ledger = QueueWorker.Builder.create(this, "Ledger")
        .function(live)
        .fifo(true)
        .alarms(QueueWorkerAlarms.builder().deadLetters(AlarmSetting.off("a trial")).build())
        .build();
    CfnOutput.Builder.create(this, "LedgerAlarm").value(String.valueOf(ledger.getDeadLettersAlarm() != null)).build();

    DeadLetters deadLetters = DeadLetters.Builder.create(this, "Undelivered")
        .retention(Duration.days(7))
        .alarm(AlarmSetting.threshold(2))
        .build();
    deadLetters.allowSender(new ServicePrincipal("sns.amazonaws.com"), orders.getTopicArn());
    AlarmActions.of(this).addTopic(new Topic(this, "OnCall"));
  }
}
