import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { CompletionKind } from './contract';

/** What the worker needs for a processor. */
export interface BoundProcessor {
  readonly environment: Record<string, string>;
  readonly statements: iam.PolicyStatement[];
  readonly memorySize: number;
  /** The user's function, if it reads objects by itself. */
  readonly reader?: lambda.IFunction;
  /** Data that is encrypted, if its key is known. */
  readonly table?: dynamodb.ITable;
}

/** Where the worker sends. */
export interface Completion {
  readonly kind: CompletionKind;
  readonly address: string;
}
