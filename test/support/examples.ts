import { existsSync, readdirSync } from 'fs';
import { join } from 'path';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

/** What a pattern is made of in the tests over all patterns. */
export interface Parts {
  /** Functions for the pattern's work: it uses both. */
  readonly functions: [lambda.IFunction, lambda.IFunction];
  /** For all that the pattern encrypts. */
  readonly encryptionKey?: kms.IKey;
}

/** How the tests over all patterns make one. */
export interface PatternExample {
  readonly make: (scope: Construct, id: string, parts: Parts) => Construct;
  /** Logical ids and types of what must never be replaced, for the id 'Pattern' in a stack. */
  readonly stateful: Record<string, string>;
  /** Findings of cdk-nag that are as they should be, each with its reason. */
  readonly findings: Record<string, string>;
}

export const root = join(__dirname, '../..');

/** The example of every folder in src/patterns: test/patterns/<pattern>/example.ts. */
export function allExamples(): [pattern: string, example: PatternExample][] {
  return readdirSync(join(root, 'src/patterns')).sort().map((pattern) => {
    const file = join(root, 'test/patterns', pattern, 'example.ts');
    if (!existsSync(file)) throw new Error(`${file} is missing: the tests over all patterns need it`);
    return [pattern, require(file).example];
  });
}
