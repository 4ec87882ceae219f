import { Annotations, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { IConstruct } from 'constructs';

/** Says which statement a policy needs that was imported and so is not changed. */
export function warnOfImportedPolicy(scope: IConstruct, holder: string, statement: iam.PolicyStatement): void {
  const text = JSON.stringify(readable(Stack.of(scope).resolve(statement.toStatementJson())));
  Annotations.of(scope).addWarningV2(
    'cdk-serverless-patterns:importedPolicy',
    `${holder} is imported, so its policy is not changed: it needs this statement, or messages are lost: ${text}`,
  );
}

/** A function that was imported without its role gets nothing: says which statements the role needs. */
export function dropUnknownRole(scope: IConstruct, grantee: iam.IGrantable, statements: iam.PolicyStatement[]): iam.Grant {
  const { path = 'the grantee' } = (grantee as iam.IGrantable & Partial<IConstruct>).node ?? {};
  for (const statement of statements) warnOfImportedPolicy(scope, `the role of ${path} (import the function with it, and its policy is written)`, statement);
  return iam.Grant.drop(grantee, 'imported without its role');
}

/** Adds to the policy of a key, or says that it is imported. */
export function addToKeyPolicy(scope: IConstruct, key: kms.IKey, statement: iam.PolicyStatement): void {
  if (!key.addToResourcePolicy(statement).statementAdded) warnOfImportedPolicy(scope, `key ${key.node.path}`, statement);
}

/** What was resolved, with references as text. */
function readable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  if (entries.length === 1) {
    const [[key, inner]] = entries;
    if (key === 'Ref') return `<${inner}>`;
    if (key === 'Fn::GetAtt') return `<${inner.join('.')}>`;
    if (key === 'Fn::Join') return inner[1].map(readable).join(inner[0]);
  }
  return Object.fromEntries(entries.map(([name, part]) => [name, readable(part)]));
}
