import { Annotations, Aspects } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

/** Has a bucket send its events to EventBridge. */
export function sendEvents(scope: Construct, bucket: s3.IBucket, enableImported: boolean): void {
  const { defaultChild: definition } = bucket.node;
  if (definition instanceof s3.CfnBucket) {
    // at the end, when it is known whether notifications of the user's own replace what the template says
    Aspects.of(definition).add({ visit: (node) => { if (node === definition) sendOwnEvents(bucket, definition); } });
  } else if (enableImported) {
    bucket.enableEventBridgeNotification();
  } else {
    Annotations.of(scope).addWarningV2(
      'cdk-serverless-patterns:importedBucketEvents',
      `the bucket ${bucket.bucketName} is imported: no object is processed unless it sends its events to EventBridge (have it done by enableEventBridge: true, or acknowledge this warning)`,
    );
  }
}

/** By a property of the bucket, where the CDK would need a function. */
function sendOwnEvents(bucket: s3.IBucket, definition: s3.CfnBucket): void {
  const hasNotifications = bucket instanceof s3.Bucket && bucket.node.tryFindChild('Notifications') !== undefined;
  if (hasNotifications) bucket.enableEventBridgeNotification();
  else definition.addPropertyOverride('NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled', true);
}
