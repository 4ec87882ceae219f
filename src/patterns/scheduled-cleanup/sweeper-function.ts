import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import * as names from './contract';
import { ScheduledCleanupProps } from './scheduled-cleanup-props';
import { secondsBetween } from '../../foundation/duration-range';
import { handlerFunction } from '../../foundation/handler-function';
import { METRIC_NAMESPACE, STATE_MACHINE_DIMENSION } from '../../foundation/machine-metric';

const CENTURY = 100 * 366 * 86_400;

/** The function that deletes. It may read the table and, unless it only counts, delete what it names. */
export function sweeperFunction(scope: Construct, { target, olderThan, dryRun = false, logRetention }: ScheduledCleanupProps): lambda.Function {
  const { table, keys, timestamp, format, segments } = target._items;
  const fn = handlerFunction(scope, 'Function', {
    pattern: 'scheduled-cleanup',
    handler: 'sweep-items',
    description: `Deletes old items of ${table.node.path}`,
    environment: {
      [names.TABLE_NAME]: table.tableName,
      [names.KEY_NAMES]: JSON.stringify(keys),
      [names.TIMESTAMP]: timestamp,
      [names.TIMESTAMP_FORMAT]: format,
      [names.OLDER_THAN_SECONDS]: `${secondsBetween('olderThan', olderThan, 60, CENTURY, 'between 1 minute and 100 years')}`,
      [names.SEGMENTS]: `${segments}`,
      ...dryRun && { [names.DRY_RUN]: 'true' },
      [names.METRIC_NAMESPACE]: METRIC_NAMESPACE,
      [names.METRIC_DIMENSION]: STATE_MACHINE_DIMENSION,
    },
    timeout: Duration.minutes(15),
    memorySize: 512,
    logRetention,
  });
  fn.addToRolePolicy(new iam.PolicyStatement({ actions: ['dynamodb:Scan', ...dryRun ? [] : ['dynamodb:PartiQLDelete']], resources: [table.tableArn] }));
  table.encryptionKey?.grant(fn, 'kms:Decrypt');
  return fn;
}
