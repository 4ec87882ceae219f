import { Annotations, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { IConstruct } from 'constructs';

/** Says which statement a policy needs that was imported and so is not changed. */
export function warnOfImportedPolicy(scope: IConstruct, holder: string, statement: iam.PolicyStatement): void {
  const text = JSON.stringify(readable(Stack.of(scope).resolve(statement.toStatementJson())));
  Annotations.of(scope).addWarningV2(
    'cdk-serverless-patterns:importedPolicy',
    `${holder} is imported, so its policy is not changed: it needs this statement, or messages are lost: ${text}`,
  );
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
