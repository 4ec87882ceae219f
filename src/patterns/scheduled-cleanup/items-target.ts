import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { TimestampFormat } from './contract';

/** What the sweeper has to know of a table. */
export interface ItemsTarget {
  readonly table: dynamodb.ITable;
  readonly timestamp: string;
  readonly format: TimestampFormat;
  readonly keys: string[];
  readonly segments: number;
}
