import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { documents } from './documents';

/** A table's item that says what became of a step, by its key. The first one stands: no later attempt can decide otherwise. */
export function decision(TableName: string, stepKey: string, outcome: string, details: object = {}) {
  return { TableName, Item: { stepKey, outcome, ...details }, ConditionExpression: 'attribute_not_exists(stepKey)' };
}

/** Decides what becomes of a step, unless that is decided; gives what stands. */
export async function decide(table: string, stepKey: string, outcome: string, details?: object): Promise<string> {
  try {
    await documents.send(new PutCommand({ ...decision(table, stepKey, outcome, details), ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }));
    return outcome;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return error.Item!.outcome.S!;
  }
}
