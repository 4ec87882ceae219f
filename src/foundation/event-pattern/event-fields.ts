import { Alternative } from './pattern-syntax';
import { Scalar } from './value-matchers';

/** In which element of which arrays a value stands. An element that is a value itself does not count: any two of those go together. */
type Places = ReadonlyMap<unknown[], number>;

interface Field {
  readonly value: Scalar;
  readonly places: Places;
}

/** The values of an event by their dotted paths: patterns see an event only so, hence `{"a.b": 1}` is the same as `{"a": {"b": 1}}`. */
export function fieldsOf(event: Record<string, any>): Map<string, Field[]> {
  const fields = new Map<string, Field[]>();
  const visit = (value: any, path: string, places: Places) => {
    if (!structured(value)) {
      const others = fields.get(path);
      if (others) others.push({ value, places });
      else fields.set(path, [{ value, places }]);
    } else if (Array.isArray(value)) {
      for (const [index, element] of value.entries()) {
        visit(element, path, structured(element) ? new Map([...places, [value, index]]) : places);
      }
    } else {
      for (const [key, part] of Object.entries(value)) visit(part, path === '' ? key : `${path}.${key}`, places);
    }
  };
  // As it is sent: without what JSON does not have, and with dates as text.
  visit(JSON.parse(JSON.stringify(event)), '', new Map());
  return fields;
}

/**
 * Whether each tested path has a matching value, such that the values do not come from different elements of one array.
 *
 * The order of the paths is the official matcher's and counts: `exists: false` looks only into the elements that the paths before it have chosen.
 */
export function allMatched(alternative: Alternative, fields: Map<string, Field[]>): boolean {
  const paths = [...alternative.keys()].sort();
  const matchedFrom = (next: number, places: Places): boolean => {
    if (next === paths.length) return true;
    const { absent, present } = alternative.get(paths[next])!;
    const candidates = (fields.get(paths[next]) ?? []).filter((field) => together(places, field.places));
    if (candidates.length === 0) return absent && matchedFrom(next + 1, places);
    return candidates.some((field) => present.some((matches) => matches(field.value))
      && matchedFrom(next + 1, new Map([...places, ...field.places])));
  };
  return matchedFrom(0, new Map());
}

function together(places: Places, others: Places): boolean {
  return [...others].every(([array, index]) => (places.get(array) ?? index) === index);
}

const structured = (value: unknown) => typeof value === 'object' && value !== null;
