import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { canonical, dynamoNumber, ExactNumber } from './numbers';
import { ColumnType } from '../contract';

export type Item = Record<string, AttributeValue>;

/** Why a row cannot be an item. */
export class Unfit extends Error {}

const DEEPEST = 32;
const LONGEST_QUOTE = 100;

/** The cells that are not empty, as attributes. */
export function itemOfCells(columns: string[], cells: string[], types: Record<string, ColumnType>): Item {
  const attributes: Array<[string, AttributeValue]> = [];
  columns.forEach((column, n) => {
    const attribute = attributeOfCell(column, cells[n], Object.hasOwn(types, column) ? types[column] : ColumnType.STRING);
    if (attribute) attributes.push([column, attribute]);
  });
  return Object.fromEntries(attributes); // not by assignment: a column may be called __proto__
}

function attributeOfCell(column: string, cell: string, type: ColumnType): AttributeValue | undefined {
  if (type === ColumnType.STRING) return cell === '' ? undefined : { S: cell };
  const text = cell.trim();
  if (text === '') return undefined;
  if (type === ColumnType.NUMBER) {
    const N = dynamoNumber(text);
    if (N !== undefined) return { N };
    throw new Unfit(`has ${quoted(cell)} in column '${column}', which is no number that DynamoDB holds`);
  }
  if (/^(true|false)$/i.test(text)) return { BOOL: text.toLowerCase() === 'true' };
  throw new Unfit(`has ${quoted(cell)} in column '${column}', which is neither true nor false`);
}

/** An object of JSON as an item. The SDK's own `marshall` loses `__proto__` and trips over `constructor`. */
export function itemOfObject(object: object): Item {
  return attributesOf(object, 1);
}

function attributesOf(object: object, depth: number): Item {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, attributeOf(value, depth)]));
}

function attributeOf(value: unknown, depth: number): AttributeValue {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return numberAttribute(String(value));
  if (value instanceof ExactNumber) return numberAttribute(value.text);
  if (typeof value === 'boolean') return { BOOL: value };
  if (value === null) return { NULL: true };
  if (depth > DEEPEST) throw new Unfit(`is nested more than ${DEEPEST} levels deep`);
  return Array.isArray(value) ? { L: value.map((element) => attributeOf(element, depth + 1)) } : { M: attributesOf(value as object, depth + 1) };
}

function numberAttribute(text: string): AttributeValue {
  const N = dynamoNumber(text);
  if (N === undefined) throw new Unfit(`has the number ${cut(text)}, which DynamoDB cannot hold`);
  return { N };
}

/** The same text for all items with the same key. */
export function keyOf(item: Item, keys: string[]): string {
  return JSON.stringify(keys.map((name) => {
    const value = Object.hasOwn(item, name) ? item[name] : undefined;
    if (!value) throw new Unfit(`has no value for '${name}', a key of the table`);
    return value.N === undefined ? value : canonical(value.N);
  }));
}

function quoted(text: string): string {
  return JSON.stringify(cut(text));
}

/** So much of a text as a message has place for. */
export function cut(text: string, most = LONGEST_QUOTE): string {
  return text.length > most ? `${text.slice(0, most)}...` : text;
}
