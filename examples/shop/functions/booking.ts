import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { decide, decision } from './decision';
import { documents } from './documents';

/** So much of a number that an item of a table holds. */
export interface Amount {
  readonly table: string;
  readonly key: Record<string, string>;
  readonly of: string;
  readonly amount: number;
}

export interface Block {
  /** Attribute of the item that must not be there. */
  readonly attribute: string;
  readonly error: Error;
}

/**
 * Takes the amount away, once for the step's key, or throws the refusal where there is not so much. A refusal is written down: another attempt, which
 * may be under way still, would take the amount later, and nobody would give back what a final error says was never taken.
 */
export async function book(stepKey: string, what: Amount, refusal: Error): Promise<void> {
  const failed = await transact([
    { Put: decision(process.env.BOOKINGS_TABLE!, stepKey, 'booked', { ...what.key, amount: what.amount }) },
    { Update: change(what, '-', '#of >= :amount') },
  ]);
  if (failed.length === 0) return;
  const outcome = await decide(process.env.BOOKINGS_TABLE!, stepKey, 'refused', what.key);
  if (outcome === 'refused') throw refusal;
  if (outcome === 'undone') throw new Error(`too late: ${stepKey} was undone`);
}

/** Gives back what was taken for the step's key, once. Where nothing was taken, it writes that nothing ever will: an attempt that timed out may come after this. */
export async function undo(stepKey: string, what: Amount, block?: Block): Promise<void> {
  const outcome = await decide(process.env.BOOKINGS_TABLE!, stepKey, 'undone', what.key);
  if (outcome !== 'booked') return;
  const failed = await transact([
    {
      Update: {
        TableName: process.env.BOOKINGS_TABLE,
        Key: { stepKey },
        UpdateExpression: 'SET outcome = :undone',
        ConditionExpression: 'outcome = :booked',
        ExpressionAttributeValues: { ':undone': 'undone', ':booked': 'booked' },
      },
    },
    { Update: change(what, '+', block ? `attribute_not_exists(${block.attribute})` : undefined) },
  ]);
  if (failed.length > 0 && !failed.includes(0)) throw block!.error; // otherwise another attempt has undone it
}

function change({ table, key, of, amount }: Amount, sign: '+' | '-', condition?: string) {
  return {
    TableName: table,
    Key: key,
    UpdateExpression: `SET #of = #of ${sign} :amount`,
    ConditionExpression: condition,
    ExpressionAttributeNames: { '#of': of },
    ExpressionAttributeValues: { ':amount': amount },
  };
}

/** Gives the places of the operations whose conditions do not hold. */
async function transact(TransactItems: TransactWriteCommand['input']['TransactItems']): Promise<number[]> {
  try {
    await documents.send(new TransactWriteCommand({ TransactItems }));
    return [];
  } catch (error) {
    const reasons = error instanceof TransactionCanceledException ? error.CancellationReasons ?? [] : [];
    const failed = reasons.flatMap(({ Code }, i) => Code === 'ConditionalCheckFailed' ? [i] : []);
    if (failed.length === 0) throw error;
    return failed;
  }
}
