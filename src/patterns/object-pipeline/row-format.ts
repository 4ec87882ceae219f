import { Size } from 'aws-cdk-lib';
import { ColumnType, CsvSettings, JsonLinesSettings } from './contract';
import { inOrder } from '../../foundation/in-order';
import { checkRange, inputError } from '../../foundation/input-error';

/**
 * Options of `RowFormat.jsonLines`.
 */
export interface JsonLinesRowOptions {
  /**
   * Whether objects are compressed by gzip.
   *
   * @default false
   */
  readonly gzip?: boolean;

  /**
   * Longest row: 1 KiB to 4 MiB, in whole KiB. A longer one fails the object: mostly a quote that is not closed, or no text at all.
   *
   * @default Size.mebibytes(1)
   */
  readonly maxRowSize?: Size;
}

/**
 * Options of `RowFormat.csv`.
 */
export interface CsvRowOptions extends JsonLinesRowOptions {
  /**
   * What stands between two cells: one character.
   *
   * @default ','
   */
  readonly delimiter?: string;

  /**
   * Names of the columns of objects that have no header.
   *
   * @default - the first row is the header
   */
  readonly columns?: string[];

  /**
   * Types of the attributes that columns become, by the name of the column. A row whose cell is of another type is rejected. With a `transform` it has no
   * use: the function gets texts.
   *
   * @default - texts
   */
  readonly columnTypes?: Record<string, ColumnType>;
}

/**
 * How rows are written in an object: text in UTF-8.
 *
 * @example
 * import { ColumnType, RowFormat } from 'cdk-serverless-patterns';
 *
 * RowFormat.csv({ delimiter: ';', columnTypes: { price: ColumnType.NUMBER } });
 * RowFormat.jsonLines({ gzip: true });
 */
export class RowFormat {
  /**
   * Comma-separated values as RFC 4180 describes them and as they are found: with or without byte order mark, CRLF or LF, line breaks within quotes.
   *
   * @see https://www.rfc-editor.org/rfc/rfc4180
   */
  public static csv(options: CsvRowOptions = {}): RowFormat {
    const { delimiter = ',', columns, columnTypes = {}, gzip = false } = options;
    if ([...delimiter].length !== 1 || /["\r\n]/.test(delimiter)) throw inputError('delimiter', 'must be one character that is no quote and no line break', delimiter);
    if (columns) checkColumns(columns);
    const unknown = columns && Object.keys(columnTypes).find((name) => !columns.includes(name));
    if (unknown !== undefined) throw inputError('columnTypes', `must be of the columns, ${columns!.join(', ')}`, unknown);
    return new RowFormat({ kind: 'csv', delimiter, columns, columnTypes: inOrder(columnTypes), gzip, maxRowBytes: rowBytes(options) });
  }

  /**
   * One JSON object a line.
   *
   * @see https://jsonlines.org
   */
  public static jsonLines(options: JsonLinesRowOptions = {}): RowFormat {
    return new RowFormat({ kind: 'jsonLines', gzip: options.gzip ?? false, maxRowBytes: rowBytes(options) });
  }

  private constructor(/** @internal */ public readonly _settings: CsvSettings | JsonLinesSettings) {}
}

function checkColumns(columns: string[]): void {
  if (columns.length === 0) throw inputError('columns', 'must name at least one column', '[]');
  const double = columns.find((name, n) => name === '' || columns.indexOf(name) !== n);
  if (double !== undefined) throw inputError('columns', 'must have names that differ', double);
}

function rowBytes({ maxRowSize = Size.mebibytes(1) }: JsonLinesRowOptions): number {
  const kibibytes = maxRowSize.toKibibytes({ rounding: 2 });
  checkRange('maxRowSize', kibibytes, 1, 4096, ' KiB');
  return kibibytes * 1024;
}
