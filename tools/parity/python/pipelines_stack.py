from aws_cdk import (
    CfnOutput, Duration, Size, Stack,
    aws_dynamodb as dynamodb, aws_events as events, aws_kms as kms, aws_lambda as lambda_, aws_logs as logs,
    aws_s3 as s3, aws_sns as sns, aws_sqs as sqs,
)
from cdk_serverless_patterns import (
    AlarmActions, AlarmSetting, ColumnType, CompletionTarget, ObjectPipeline, ObjectPipelineAlarms, ObjectProcessor, RowFormat,
)
from constructs import Construct

from inline_function import inline_function


class PipelinesStack(Stack):
    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        key = kms.Key(self, 'Key')
        uploads = s3.Bucket(self, 'Uploads', versioned=True)
        prices = dynamodb.Table(
            self, 'Prices',
            partition_key=dynamodb.Attribute(name='sku', type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name='validFrom', type=dynamodb.AttributeType.NUMBER),
            encryption_key=key,
        )
        price_lists = ObjectPipeline(
            self, 'PriceLists',
            bucket=uploads,
            prefix='prices/',
            suffixes=['.csv.gz', '.CSV.gz'],
            output_prefix='done/prices/',
            processor=ObjectProcessor.rows(
                format=RowFormat.csv(
                    delimiter=';',
                    columns=['sku', 'validFrom', 'cents', 'active'],
                    column_types={
                        'sku': ColumnType.STRING, 'active': ColumnType.BOOLEAN, 'cents': ColumnType.NUMBER, 'validFrom': ColumnType.NUMBER,
                    },
                    gzip=True,
                    max_row_size=Size.kibibytes(64),
                ),
                table=prices,
                max_rejected_percent=2,
            ),
            max_concurrency=4,
            max_attempts=3,
            on_complete=CompletionTarget.queue(sqs.Queue(self, 'Completions')),
            dead_letter_queue=sqs.Queue(self, 'Parking'),
            log_retention=logs.RetentionDays.ONE_WEEK,
            alarms=ObjectPipelineAlarms(
                dead_letters=AlarmSetting.off('a trial'),
                oldest_object=AlarmSetting.threshold(3600, evaluation_periods=2),
            ),
        )
        price_lists.grant_upload(inline_function(self, 'Partner'))

        stock = ObjectPipeline(
            self, 'Stock',
            prefix='stock/',
            processor=ObjectProcessor.rows(
                format=RowFormat.json_lines(max_row_size=Size.mebibytes(2)),
                table=dynamodb.Table.from_table_name(self, 'StockTable', 'stock'),
                keys=['pk', 'sk'],
                transform=lambda_.Function.from_function_name(self, 'Convert', 'convert'),
                transform_timeout=Duration.minutes(2),
            ),
            on_complete=CompletionTarget.topic(sns.Topic(self, 'Imports')),
            encryption_key=key,
        )
        stock.metric_rows_rejected(period=Duration.hours(1)).create_alarm(self, 'ManyRejected', threshold=1000, evaluation_periods=1)

        photos = ObjectPipeline(
            self, 'Photos',
            bucket=uploads,
            prefix='photos/',
            suffixes=['.jpg', '.png'],
            processor=ObjectProcessor.function(inline_function(self, 'Resize')),
            on_complete=CompletionTarget.event_bus(events.EventBus(self, 'Bus')),
        )
        scans = ObjectPipeline(
            self, 'Scans',
            bucket=s3.Bucket.from_bucket_name(self, 'Archive', 'archive'),
            enable_event_bridge=True,
            prefix='scans/',
            processor=ObjectProcessor.function(lambda_.Function.from_function_name(self, 'Read', 'read'), function_timeout=Duration.minutes(3)),
        )
        AlarmActions.of(self).none('a trial')

        made = {
            'PriceListsQueue': price_lists.queue.queue_url,
            'PriceListsOldest': price_lists.oldest_object_alarm.alarm_arn,
            'PriceListsDeadLettersAlarm': 'true' if price_lists.dead_letters_alarm else 'false',
            'StockBucket': stock.bucket.bucket_name,
            'PhotosStatus': photos.status_table.table_name,
            'PhotosWorker': photos.worker.function_arn,
            'PhotosDeadLettersAlarm': photos.dead_letters_alarm.alarm_arn,
            'ScansDeadLetters': scans.dead_letter_queue.queue_url,
        }
        for name, value in made.items():
            CfnOutput(self, name, value=value)
