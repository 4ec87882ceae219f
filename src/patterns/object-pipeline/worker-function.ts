import { Duration } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { BoundProcessor } from './bound';
import * as names from './contract';
import { ObjectPaths } from './object-paths';
import { ObjectPipelineProps } from './object-pipeline-props';
import { handlerFunction } from '../../foundation/handler-function';
import { dropUnknownRole } from '../../foundation/imported-policy';
import { METRIC_NAMESPACE } from '../../foundation/machine-metric';
import { grantSend } from '../../foundation/queue-grant';

/** Lambda's longest. */
export const WORKER_TIMEOUT = Duration.minutes(15);
/** After it has ended for certain. */
const LEASE_SECONDS = WORKER_TIMEOUT.toSeconds() + 30;

export interface WorkerFunctionProps extends Pick<ObjectPipelineProps, 'onComplete' | 'logRetention' | 'maxAttempts'> {
  readonly bucket: s3.IBucket;
  readonly paths: ObjectPaths;
  readonly processor: BoundProcessor;
  readonly queue: sqs.IQueue;
  readonly deadLetterQueue: sqs.IQueue;
  readonly statusTable: dynamodb.ITable;
}

/** The function that works on objects: in a role that may do what it does, and nothing under the prefix but to take objects away. */
export function workerFunction(scope: Construct, props: WorkerFunctionProps): lambda.Function {
  const { bucket, paths: { prefix, outputPrefix }, processor, queue, deadLetterQueue, statusTable, onComplete } = props;
  const worker = handlerFunction(scope, 'Function', {
    pattern: 'object-pipeline',
    handler: 'process-object',
    description: `Processes objects of ${scope.node.path}`,
    environment: {
      [names.INPUT_PREFIX]: prefix,
      [names.OUTPUT_PREFIX]: outputPrefix,
      [names.QUEUE_URL]: queue.queueUrl,
      [names.DEAD_LETTER_QUEUE_URL]: deadLetterQueue.queueUrl,
      [names.STATUS_TABLE]: statusTable.tableName,
      [names.LEASE_SECONDS]: `${LEASE_SECONDS}`,
      [names.MAX_ATTEMPTS]: `${props.maxAttempts ?? 5}`,
      [names.METRIC_NAMESPACE]: METRIC_NAMESPACE,
      ...processor.environment,
    },
    timeout: WORKER_TIMEOUT,
    memorySize: processor.memorySize,
    logRetention: props.logRetention,
  });
  if (onComplete) {
    const { kind, address } = onComplete._bind(scope, worker);
    worker.addEnvironment(names.COMPLETION_KIND, kind).addEnvironment(names.COMPLETION_ADDRESS, address);
  }
  const outputs = (...folders: string[]) => folders.map((folder) => bucket.arnForObjects(`${outputPrefix}${folder}*`));
  const statements = [
    new iam.PolicyStatement({
      actions: ['s3:GetObject', 's3:GetObjectTagging', 's3:DeleteObject', ...hasVersions(bucket) ? ['s3:GetObjectVersion', 's3:GetObjectVersionTagging'] : []],
      resources: [bucket.arnForObjects(`${prefix}*`)],
    }),
    new iam.PolicyStatement({
      actions: ['s3:PutObject', 's3:PutObjectTagging', 's3:GetObject', 's3:AbortMultipartUpload'],
      resources: outputs(names.PROCESSED, names.FAILED),
    }),
    new iam.PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucket.bucketArn] }), // or what is missing is forbidden
    new iam.PolicyStatement({ actions: ['dynamodb:UpdateItem'], resources: [statusTable.tableArn] }),
    new iam.PolicyStatement({ actions: ['sqs:ChangeMessageVisibility'], resources: [queue.queueArn] }),
    ...processor.statements,
  ];
  if (processor.table) statements.push(new iam.PolicyStatement({ actions: ['s3:PutObject'], resources: outputs(names.REJECTED) }));
  for (const statement of statements) worker.addToRolePolicy(statement);
  grantSend(scope, deadLetterQueue, worker);
  bucket.encryptionKey?.grant(worker, 'kms:Decrypt', 'kms:GenerateDataKey');
  statusTable.encryptionKey?.grant(worker, 'kms:Decrypt');
  processor.table?.encryptionKey?.grant(worker, 'kms:Decrypt');
  return worker;
}

/** Lets the user's function read the objects, by a policy that belongs to the pipeline: so a function of another stack refers to nothing here. */
export function letRead(scope: Construct, reader: lambda.IFunction, bucket: s3.IBucket, prefix: string): void {
  const key = bucket.encryptionKey;
  const statements = [
    new iam.PolicyStatement({
      actions: ['s3:GetObject', ...hasVersions(bucket) ? ['s3:GetObjectVersion'] : []],
      resources: [bucket.arnForObjects(`${prefix}*`)],
    }),
    ...key ? [new iam.PolicyStatement({ actions: ['kms:Decrypt'], resources: [key.keyArn] })] : [],
  ];
  if (reader.role) new iam.Policy(scope, 'FunctionPolicy', { statements, roles: [reader.role] });
  else dropUnknownRole(scope, reader, statements);
}

/** Whether objects may have versions: of an imported bucket it is not known. */
function hasVersions({ node: { defaultChild: definition } }: s3.IBucket): boolean {
  return !(definition instanceof s3.CfnBucket) || definition.versioningConfiguration !== undefined;
}
