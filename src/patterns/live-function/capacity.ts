import * as lambda from 'aws-cdk-lib/aws-lambda';

/** What an alias starts with, and what changes it later. */
export interface Capacity {
  /** Most that there ever are. */
  readonly most: number;
  /** What the alias itself has. */
  readonly initial?: number;
  scale(alias: lambda.Alias): void;
}
