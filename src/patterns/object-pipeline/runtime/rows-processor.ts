import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Processor } from './object-run';
import { runRows } from './rows';
import { userFunction } from './user-function';
import { ROWS, RowSettings, TABLE_NAME } from '../contract';

/** Has the rows of an object become items. */
export function rowsProcessor(db: DynamoDBClient): Processor {
  const settings: RowSettings = JSON.parse(process.env[ROWS]!);
  const sinks = { table: process.env[TABLE_NAME]!, db, transform: userFunction() };
  return async ({ object, source, rows, saveRows, putRejects, timeLeft }) => {
    const open = async (offset: number) => source.open(offset);
    const { done } = await runRows(settings, sinks, { object, checkpoint: rows, open, save: saveRows, putRejects, timeLeft });
    return done ? {} : 'more';
  };
}
