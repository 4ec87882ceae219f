import { Token } from 'aws-cdk-lib';
import { inputError } from '../../foundation/input-error';

/** The keywords of OpenAPI 3.0's schema object that API Gateway's models know. */
const KNOWN = [
  'title', 'description', 'type', 'enum', 'format', 'default', 'required', 'properties', 'additionalProperties', 'minProperties', 'maxProperties',
  'items', 'uniqueItems', 'minItems', 'maxItems', 'pattern', 'minLength', 'maxLength', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum',
  'multipleOf', 'allOf', 'anyOf', 'oneOf', 'not',
];

/** What to do in place of some that people try. */
const WAY_OUT: Record<string, string> = {
  $ref: 'inline what it refers to',
  definitions: 'inline them',
  $defs: 'inline them',
  const: 'write an enum of one value',
  nullable: 'leave the property out in place of null',
};

const TYPES = ['object', 'array', 'string', 'number', 'integer', 'boolean'];

/** Imported, and not checked: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html */
const UNCHECKED = ['minItems', 'maxItems'];

/** Refuses a schema that API Gateway could not import as it is meant. */
export function checkBodySchema(schema: Record<string, any>): void {
  visit(schema, '$', (path, keyword, value) => {
    const refuse = (rule: string) => { throw inputError('body', rule, `${path}.${keyword} ${JSON.stringify(value)}`); };
    if (!KNOWN.includes(keyword)) refuse(`cannot use the keyword ${keyword} (${WAY_OUT[keyword] ?? 'check it in the function'})`);
    if (keyword === 'type' && !TYPES.includes(value as string)) {
      refuse(`must have one type of ${TYPES.join(', ')} (leave a property out in place of null)`);
    }
    if (keyword === 'required' && !(Array.isArray(value) && value.length > 0)) refuse('must have a list of at least one name as required');
    if (keyword === 'items' && Array.isArray(value)) refuse('must have one schema for all items');
    if (keyword.startsWith('exclusive') && typeof value !== 'boolean') {
      refuse(`must have a boolean ${keyword} beside the limit, as JSON Schema draft 4 has it`);
    }
  });
}

/** Keywords that stand in the schema and that API Gateway does not check. */
export function uncheckedKeywords(schema: Record<string, any>): string[] {
  const found: string[] = [];
  visit(schema, '$', (path, keyword) => {
    if (UNCHECKED.includes(keyword)) found.push(`${path}.${keyword}`);
  });
  return found;
}

/** Visits each keyword of a schema and of the schemas in it. */
function visit(schema: unknown, path: string, look: (path: string, keyword: string, value: unknown) => void): void {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema) || Token.isUnresolved(schema)) {
    throw inputError('body', 'must be a JSON Schema without tokens', `${path} ${typeof schema}`);
  }
  for (const [keyword, value] of Object.entries(schema)) {
    look(path, keyword, value);
    const at = `${path}.${keyword}`;
    if (keyword === 'properties') Object.entries(value).forEach(([name, one]) => visit(one, `${at}.${name}`, look));
    if (['allOf', 'anyOf', 'oneOf'].includes(keyword)) [value].flat().forEach((one, i) => visit(one, `${at}[${i}]`, look));
    if (['items', 'not', 'additionalProperties'].includes(keyword) && typeof value !== 'boolean') visit(value, at, look);
  }
}
