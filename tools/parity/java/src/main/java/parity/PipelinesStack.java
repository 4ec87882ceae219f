package parity;

import io.github.cdkserverlesspatterns.AlarmActions;
import io.github.cdkserverlesspatterns.AlarmSetting;
import io.github.cdkserverlesspatterns.AlarmSettingOptions;
import io.github.cdkserverlesspatterns.ColumnType;
import io.github.cdkserverlesspatterns.CompletionTarget;
import io.github.cdkserverlesspatterns.CsvRowOptions;
import io.github.cdkserverlesspatterns.FunctionProcessorOptions;
import io.github.cdkserverlesspatterns.JsonLinesRowOptions;
import io.github.cdkserverlesspatterns.ObjectPipeline;
import io.github.cdkserverlesspatterns.ObjectPipelineAlarms;
import io.github.cdkserverlesspatterns.ObjectProcessor;
import io.github.cdkserverlesspatterns.RowFormat;
import io.github.cdkserverlesspatterns.RowsOptions;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Size;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.cloudwatch.CreateAlarmOptions;
import software.amazon.awscdk.services.cloudwatch.MetricOptions;
import software.amazon.awscdk.services.dynamodb.Attribute;
import software.amazon.awscdk.services.dynamodb.AttributeType;
import software.amazon.awscdk.services.dynamodb.Table;
import software.amazon.awscdk.services.events.EventBus;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.amazon.awscdk.services.s3.Bucket;
import software.amazon.awscdk.services.sns.Topic;
import software.amazon.awscdk.services.sqs.Queue;
import software.constructs.Construct;

final class PipelinesStack extends Stack {
  PipelinesStack(Construct scope, String id) {
    super(scope, id);
    Key key = new Key(this, "Key");
    Bucket uploads = Bucket.Builder.create(this, "Uploads").versioned(true).build();
    Table prices = Table.Builder.create(this, "Prices")
        .partitionKey(Attribute.builder().name("sku").type(AttributeType.STRING).build())
        .sortKey(Attribute.builder().name("validFrom").type(AttributeType.NUMBER).build())
        .encryptionKey(key)
        .build();
    ObjectPipeline priceLists = ObjectPipeline.Builder.create(this, "PriceLists")
        .bucket(uploads)
        .prefix("prices/")
        .suffixes(List.of(".csv.gz", ".CSV.gz"))
        .outputPrefix("done/prices/")
        .processor(ObjectProcessor.rows(RowsOptions.builder()
            .format(RowFormat.csv(CsvRowOptions.builder()
                .delimiter(";")
                .columns(List.of("sku", "validFrom", "cents", "active"))
                .columnTypes(Map.of(
                    "sku", ColumnType.STRING, "validFrom", ColumnType.NUMBER, "cents", ColumnType.NUMBER, "active", ColumnType.BOOLEAN))
                .gzip(true)
                .maxRowSize(Size.kibibytes(64))
                .build()))
            .table(prices)
            .maxRejectedPercent(2)
            .build()))
        .maxConcurrency(4)
        .maxAttempts(3)
        .onComplete(CompletionTarget.queue(new Queue(this, "Completions")))
        .deadLetterQueue(new Queue(this, "Parking"))
        .logRetention(RetentionDays.ONE_WEEK)
        .alarms(ObjectPipelineAlarms.builder()
            .deadLetters(AlarmSetting.off("a trial"))
            .oldestObject(AlarmSetting.threshold(3600, AlarmSettingOptions.builder().evaluationPeriods(2).build()))
            .build())
        .build();
    priceLists.grantUpload(InlineFunction.create(this, "Partner"));

    ObjectPipeline stock = ObjectPipeline.Builder.create(this, "Stock")
        .prefix("stock/")
        .processor(ObjectProcessor.rows(RowsOptions.builder()
            .format(RowFormat.jsonLines(JsonLinesRowOptions.builder().maxRowSize(Size.mebibytes(2)).build()))
            .table(Table.fromTableName(this, "StockTable", "stock"))
            .keys(List.of("pk", "sk"))
            .transform(Function.fromFunctionName(this, "Convert", "convert"))
            .transformTimeout(Duration.minutes(2))
            .build()))
        .onComplete(CompletionTarget.topic(new Topic(this, "Imports")))
        .encryptionKey(key)
        .build();
    stock.metricRowsRejected(MetricOptions.builder().period(Duration.hours(1)).build())
        .createAlarm(this, "ManyRejected", CreateAlarmOptions.builder().threshold(1000).evaluationPeriods(1).build());

    ObjectPipeline photos = ObjectPipeline.Builder.create(this, "Photos")
        .bucket(uploads)
        .prefix("photos/")
        .suffixes(List.of(".jpg", ".png"))
        .processor(ObjectProcessor.function(InlineFunction.create(this, "Resize")))
        .onComplete(CompletionTarget.eventBus(new EventBus(this, "Bus")))
        .build();
    ObjectPipeline scans = ObjectPipeline.Builder.create(this, "Scans")
        .bucket(Bucket.fromBucketName(this, "Archive", "archive"))
        .enableEventBridge(true)
        .prefix("scans/")
        .processor(ObjectProcessor.function(
            Function.fromFunctionName(this, "Read", "read"), FunctionProcessorOptions.builder().functionTimeout(Duration.minutes(3)).build()))
        .build();
    AlarmActions.of(this).none("a trial");

    Map<String, String> made = Map.of(
        "PriceListsQueue", priceLists.getQueue().getQueueUrl(),
        "PriceListsOldest", priceLists.getOldestObjectAlarm().getAlarmArn(),
        "PriceListsDeadLettersAlarm", String.valueOf(priceLists.getDeadLettersAlarm() != null),
        "StockBucket", stock.getBucket().getBucketName(),
        "PhotosStatus", photos.getStatusTable().getTableName(),
        "PhotosWorker", photos.getWorker().getFunctionArn(),
        "PhotosDeadLettersAlarm", photos.getDeadLettersAlarm().getAlarmArn(),
        "ScansDeadLetters", scans.getDeadLetterQueue().getQueueUrl());
    made.forEach((name, value) -> CfnOutput.Builder.create(this, name).value(value).build());
  }
}
