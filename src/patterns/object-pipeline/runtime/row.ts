import { Item } from './attributes';

/** One row as it was read. */
export interface Row {
  /** On which it begins, counted from 1. */
  readonly line: number;
  /** Offset of the byte behind it. */
  readonly end: number;
  /** Line feeds before that. */
  readonly lines: number;
  /** Why it is none that can be processed. */
  readonly reason?: string;
  /** The row as JSON. */
  json(): string;
  /** The row as an item; throws `Unfit`. */
  item(): Item;
}

/** Reads rows from where a checkpoint says. Those before a fault are given before it is thrown. */
export interface RowReader {
  /** Names of the columns, once they are known. */
  readonly header?: string[];
  rows(): AsyncGenerator<Row[]>;
}

export const NO_UTF_8 = 'holds bytes that are no UTF-8';
