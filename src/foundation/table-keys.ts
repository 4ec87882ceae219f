import { Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { inputError } from './input-error';

/** Names of a table's keys, partition key first: its own, or as given for an imported one. */
export function tableKeys(table: dynamodb.ITable, given?: string[]): string[] {
  const schema = definedKeys(table);
  if (!schema && !given) throw inputError('keys', 'must be given for an imported table: the names of its partition key and, if it has one, its sort key', given);
  if (schema && given && schema.join() !== given.join()) throw inputError('keys', `must be those of the table, ${schema.join(' and ')}`, given.join(' and '));
  const keys = schema ?? given!;
  if (keys.length < 1 || keys.length > 2) throw inputError('keys', 'must be the partition key and, if there is one, the sort key', keys.join(', '));
  return keys;
}

/** As its template says; undefined where it is imported. */
function definedKeys(table: dynamodb.ITable): string[] | undefined {
  const { defaultChild: definition } = table.node;
  if (!(definition instanceof dynamodb.CfnTable || definition instanceof dynamodb.CfnGlobalTable)) return undefined;
  const schema: dynamodb.CfnTable.KeySchemaProperty[] = Stack.of(table).resolve(definition.keySchema);
  return [...schema].sort(({ keyType }) => keyType === 'HASH' ? -1 : 1).map(({ attributeName }) => attributeName);
}
