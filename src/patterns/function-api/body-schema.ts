import { inputError } from '../../foundation/input-error';

/** Keywords that the OpenAPI 3.0 schema object does not have, or that API Gateway refuses or ignores when it imports one. */
const REFUSED: Record<string, string> = {
  $ref: 'inline what it refers to',
  $schema: 'the draft is always 4',
  $id: 'the schema stands on its own',
  id: 'the schema stands on its own',
  definitions: 'inline them',
  $defs: 'inline them',
  dependencies: 'OpenAPI 3.0 does not have it: check it in the function',
  patternProperties: 'OpenAPI 3.0 does not have it: check it in the function',
  additionalItems: 'OpenAPI 3.0 does not have it: check it in the function',
  const: 'write an enum of one value',
  if: 'OpenAPI 3.0 does not have it: check it in the function',
  discriminator: 'API Gateway does not support it',
  readOnly: 'API Gateway does not support it',
};

const UNCHECKED = ['minItems', 'maxItems'];

/** Keywords whose value is a schema, a list of schemas, or a map of schemas. */
const SCHEMA = ['items', 'not', 'additionalProperties'];
const SCHEMAS = ['allOf', 'anyOf', 'oneOf'];

/** Refuses a schema that API Gateway could not import as it is meant. */
export function checkBodySchema(schema: Record<string, any>): void {
  for (const [path, keyword, value] of keywordsOf(schema)) {
    const wayOut = keyword === 'id' && typeof value !== 'string' ? undefined : REFUSED[keyword];
    if (wayOut) throw inputError('body', `cannot use the keyword ${keyword} (${wayOut})`, `${path}.${keyword}`);
    if (keyword === 'type' && Array.isArray(value)) throw inputError('body', 'must name one type where it names types (write anyOf)', `${path}.type [${value}]`);
    if ((keyword === 'exclusiveMinimum' || keyword === 'exclusiveMaximum') && typeof value !== 'boolean') {
      throw inputError('body', `must have a boolean ${keyword} beside the limit, as JSON Schema draft 4 has it`, `${path}.${keyword} ${value}`);
    }
  }
}

/** Keywords that stand in the schema and that API Gateway does not check. */
export function uncheckedKeywords(schema: Record<string, any>): string[] {
  return keywordsOf(schema).filter(([, keyword]) => UNCHECKED.includes(keyword)).map(([path, keyword]) => `${path}.${keyword}`);
}

type Keyword = [path: string, keyword: string, value: unknown];

function keywordsOf(schema: unknown, path = '$'): Keyword[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([keyword, value]): Keyword[] => [
    [path, keyword, value],
    ...(SCHEMA.includes(keyword) ? keywordsOf(value, `${path}.${keyword}`) : []),
    ...(SCHEMAS.includes(keyword) && Array.isArray(value) ? value.flatMap((one, i) => keywordsOf(one, `${path}.${keyword}[${i}]`)) : []),
    ...(keyword === 'properties' ? Object.entries(value ?? {}).flatMap(([name, one]) => keywordsOf(one, `${path}.properties.${name}`)) : []),
  ]);
}
