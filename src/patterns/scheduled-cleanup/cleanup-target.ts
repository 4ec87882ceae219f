import { Token } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { TimestampFormat } from './contract';
import { ItemsTarget } from './items-target';
import { checkRange, inputError } from '../../foundation/input-error';
import { tableKeys } from '../../foundation/table-keys';

/**
 * Options of `CleanupTarget.items`.
 */
export interface CleanupItemsOptions {
  /**
   * Name of the attribute that says how old an item is. It is one of the item's own, not one within a map.
   */
  readonly timestamp: string;

  /**
   * How it does. An item where it is missing, of another type, or no time after 1999 is never deleted, and is counted as unproven.
   *
   * @default TimestampFormat.ISO_8601
   */
  readonly format?: TimestampFormat;

  /**
   * Names of the keys of an imported table: the partition key, and the sort key if there is one.
   *
   * @default - the keys of the table
   */
  readonly keys?: string[];

  /**
   * Parts of the table that are read side by side, 1 to 32: for tables of many millions of items.
   *
   * @default 1
   */
  readonly segments?: number;
}

/**
 * What a cleanup deletes from.
 *
 * @example
 * import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
 * import { CleanupTarget, TimestampFormat } from 'cdk-serverless-patterns';
 *
 * declare const sessions: dynamodb.TableV2;
 * CleanupTarget.items(sessions, { timestamp: 'lastSeen', format: TimestampFormat.EPOCH_SECONDS });
 */
export class CleanupTarget {
  /**
   * The old items of a DynamoDB table.
   *
   * @param table in the region of the cleanup; where it is imported, its `keys` have to be given
   */
  public static items(table: dynamodb.ITable, options: CleanupItemsOptions): CleanupTarget {
    const { timestamp, format = TimestampFormat.ISO_8601, segments = 1 } = options;
    checkAttribute('timestamp', timestamp);
    checkRange('segments', segments, 1, 32);
    const keys = tableKeys(table, options.keys);
    keys.forEach((key) => checkAttribute('keys', key));
    return new CleanupTarget({ table, timestamp, format, segments, keys });
  }

  private constructor(/** @internal */ public readonly _items: ItemsTarget) {}
}

/** A name that can stand between the quotes of PartiQL. */
function checkAttribute(prop: string, name: string): void {
  if (Token.isUnresolved(name) || /^[^"]+$/.test(name)) return;
  throw inputError(prop, 'must be the name of an attribute, without quotes', name);
}
