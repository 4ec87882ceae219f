import { Duration, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { BoundProcessor } from './bound';
import * as names from './contract';
import { RowFormat } from './row-format';
import { functionTimeout } from '../../foundation/defined-function';
import { checkPlace } from '../../foundation/environment';
import { checkRange, inputError } from '../../foundation/input-error';
import { tableKeys } from '../../foundation/table-keys';

/** The worker ends after 15 minutes, and needs some of them for the rest of its work. */
const LONGEST_FUNCTION = 14 * 60;
/** So that one call leaves time for others. */
const LONGEST_TRANSFORM = 5 * 60;

/**
 * Options of `ObjectProcessor.rows`.
 */
export interface RowsOptions {
  /**
   * How rows are written in an object.
   */
  readonly format: RowFormat;

  /**
   * The table that they are put into. A row with the key of an item that is there replaces it.
   */
  readonly table: dynamodb.ITable;

  /**
   * Names of the keys of an imported table: the partition key, and the sort key if there is one.
   *
   * @default - the keys of the table
   */
  readonly keys?: string[];

  /**
   * A function that makes items of rows, in any language. It gets `{ object, rows: [{ n, row }] }`, at most 500 rows, and answers
   * `{ items: [{ n, item }], rejects: [{ n, reason }] }` where each `n` has to come back. It may be called twice for a row, so it has no effects of its own.
   *
   * @default - each column, or each field of a line of JSON, becomes an attribute
   */
  readonly transform?: lambda.IFunction;

  /**
   * Timeout of the transform, where it cannot be seen: an imported function, or a timeout that is a token. At most 5 minutes.
   *
   * @default - the timeout of the function
   */
  readonly transformTimeout?: Duration;

  /**
   * Percentage of rows that may be rejected, a whole number. When more are, the object has failed, though the rows that are good were written. It is judged at the end, and as it
   * goes from the 1000th row on.
   *
   * @default 10
   */
  readonly maxRejectedPercent?: number;
}

/**
 * Options of `ObjectProcessor.function`.
 */
export interface FunctionProcessorOptions {
  /**
   * Timeout of the function, where it cannot be seen: an imported function, or a timeout that is a token. At most 14 minutes.
   *
   * @default - the timeout of the function
   */
  readonly functionTimeout?: Duration;
}

/**
 * What is done with an object.
 *
 * @example
 * import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
 * import * as lambda from 'aws-cdk-lib/aws-lambda';
 * import { ObjectProcessor, RowFormat } from 'cdk-serverless-patterns';
 *
 * declare const prices: dynamodb.TableV2;
 * declare const resize: lambda.Function;
 *
 * ObjectProcessor.rows({ format: RowFormat.csv(), table: prices });
 * ObjectProcessor.function(resize);
 */
export class ObjectProcessor {
  /**
   * Its rows are written into a table, however many they are.
   */
  public static rows(options: RowsOptions): ObjectProcessor {
    const { table, transform, maxRejectedPercent = 10 } = options;
    checkRange('maxRejectedPercent', maxRejectedPercent, 0, 100);
    if (options.transformTimeout && !transform) throw inputError('transformTimeout', 'must not be given without a transform', options.transformTimeout.toHumanString());
    const settings: names.RowSettings = { format: options.format._settings, keys: tableKeys(table, options.keys), maxRejectedPercent };
    if (!transform) checkColumns(settings);
    return new ObjectProcessor((scope) => {
      checkPlace(scope, 'table', table);
      if (transform) checkPlace(scope, 'transform', transform);
      const seconds = transform && secondsOf('transform', transform, options.transformTimeout, LONGEST_TRANSFORM);
      return {
        environment: {
          [names.TABLE_NAME]: table.tableName,
          [names.ROWS]: Stack.of(scope).toJsonString(settings),
          ...transform && { [names.FUNCTION_ARN]: transform.functionArn, [names.FUNCTION_SECONDS]: `${seconds}` },
        },
        statements: [
          new iam.PolicyStatement({ actions: ['dynamodb:BatchWriteItem'], resources: [table.tableArn] }),
          ...transform ? [invoke(transform)] : [],
        ],
        memorySize: 1024,
        table,
      };
    });
  }

  /**
   * It goes through a function as a whole: a picture is made smaller, a document is read.
   *
   * The function gets `{ object: { bucket, key, versionId, etag, size } }` and reads the object by itself, which it is allowed to. What it returns is the
   * `result` of the completion message: at most 64 kB. An error is tried again, except for one with the name `InvalidObject`.
   */
  public static function(handler: lambda.IFunction, options: FunctionProcessorOptions = {}): ObjectProcessor {
    return new ObjectProcessor((scope) => {
      checkPlace(scope, 'function', handler);
      const seconds = secondsOf('function', handler, options.functionTimeout, LONGEST_FUNCTION);
      return {
        environment: { [names.FUNCTION_ARN]: handler.functionArn, [names.FUNCTION_SECONDS]: `${seconds}` },
        statements: [invoke(handler)],
        memorySize: 256,
        reader: handler,
      };
    });
  }

  private constructor(/** @internal */ public readonly _bind: (scope: Construct) => BoundProcessor) {}
}

/** Without its keys, no row could be written. */
function checkColumns({ format, keys }: names.RowSettings): void {
  const columns = format.kind === 'csv' ? format.columns : undefined;
  const missing = columns && keys.find((key) => !columns.includes(key));
  if (missing !== undefined) throw inputError('columns', `must hold the keys of the table, ${keys.join(' and ')}, unless there is a transform`, columns!.join(', '));
}

function invoke(fn: lambda.IFunction): iam.PolicyStatement {
  return new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [fn.functionArn] });
}

/** The timeout of the user's function, in seconds. */
function secondsOf(prop: string, fn: lambda.IFunction, told: Duration | undefined, most: number): number {
  const seen = functionTimeout(fn);
  const toldProp = `${prop}Timeout`;
  if (seen && told && seen.toSeconds() !== told.toSeconds()) {
    throw inputError(toldProp, `must not be given for a function whose timeout can be seen, ${seen.toHumanString()}`, told.toHumanString());
  }
  const timeout = seen ?? told;
  if (!timeout) throw inputError(toldProp, 'must be given where the timeout of the function cannot be seen', told);
  if (timeout.toSeconds() > most) throw inputError(prop, `must have a timeout of at most ${most / 60} minutes, since the worker waits for it`, timeout.toHumanString());
  return timeout.toSeconds();
}
