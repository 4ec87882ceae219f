/** Patterns, and for each an event that it matches or nearly does. */
import * as fc from 'fast-check';
import { element, Element, oneOf, scalar } from './elements';
import { malformed, malformedOr } from './malformed';
import { confusing } from './operators';

/** A pattern and an event, as JSON. */
export type Pair = readonly [pattern: string, event: string];

interface Leaf { readonly leaf: Element[] }
/** A pattern as a tree; `$or` has a list of trees. */
interface Node { readonly [key: string]: Leaf | Node | Node[] }

const keys = oneOf('source', 'detail', 'state', 'total', 'items', 'id', 'a.b', 'Größe', 'a', 'b');
const leaf: fc.Arbitrary<Leaf> = fc.array(element, { minLength: 1, maxLength: 2 }).map((each) => ({ leaf: each }));

function node(depth: number): fc.Arbitrary<Node> {
  if (depth === 0) return fc.array(fc.tuple(keys, leaf), { minLength: 1, maxLength: 2 }).map((each) => Object.fromEntries(each));
  const smaller = node(depth - 1);
  const field: fc.Arbitrary<[string, Leaf | Node]> = fc.tuple(keys, fc.oneof({ weight: 3, arbitrary: leaf }, { weight: 2, arbitrary: smaller }));
  const or: fc.Arbitrary<[string, Node[]]> = fc.tuple(oneOf('$or'), fc.array(smaller, { minLength: 2, maxLength: 3 }));
  const entry: fc.Arbitrary<[string, Leaf | Node | Node[]]> = fc.oneof({ weight: 8, arbitrary: field }, { weight: 1, arbitrary: or });
  return fc.array(entry, { minLength: 1, maxLength: 3 }).map((each) => Object.fromEntries(each));
}

const isLeaf = (value: Leaf | Node): value is Leaf => Array.isArray(value.leaf);

function patternOf(tree: Node): any {
  const part = (value: Leaf | Node) => isLeaf(value) ? value.leaf.map((each) => each.element) : patternOf(value);
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, Array.isArray(value) ? value.map(patternOf) : part(value)]));
}

/** An event for a pattern; the higher the chance, of 100, the more of its values are meant to match. */
function eventFor(tree: Node, chance: number): fc.Arbitrary<any> {
  const fields = Object.entries(tree).map(([key, value]) => {
    if (Array.isArray(value)) return fc.tuple(...value.map((each) => eventFor(each, chance))).map((events) => Object.assign({}, ...events));
    const part = isLeaf(value) ? valueFor(value.leaf, chance) : partFor(value, chance);
    return fc.tuple(part, fc.boolean()).map(([each, split]) => {
      if (each === undefined) return {};
      return key === 'a.b' && split ? { a: { b: each } } : { [key]: each };
    });
  });
  return fc.tuple(...fields).map((parts) => Object.assign({}, ...parts));
}

function partFor(tree: Node, chance: number): fc.Arbitrary<any> {
  const event = eventFor(tree, chance);
  const list = fc.array(event, { maxLength: 3 });
  return fc.oneof(
    { weight: 12, arbitrary: event }, { weight: 6, arbitrary: list }, { weight: 1, arbitrary: fc.array(list, { maxLength: 2 }) },
    { weight: chance > 90 ? 0 : 1, arbitrary: oneOf<any>(undefined, null, 'x', {}) },
  );
}

function valueFor(leaves: Element[], chance: number): fc.Arbitrary<any> {
  const hit = fc.oneof(...leaves.map(({ hits }) => oneOf(...hits)));
  const miss = fc.oneof(...leaves.map(({ misses }) => oneOf(...misses)), scalar, oneOf<any>(undefined, [], { x: 1 }));
  const value = fc.oneof({ weight: chance, arbitrary: hit }, { weight: 100 - chance, arbitrary: miss });
  return fc.oneof({ weight: 8, arbitrary: value }, { weight: 1, arbitrary: fc.array(value.map((each) => each ?? null), { maxLength: 3 }) });
}

function rejectedPattern(): fc.Arbitrary<any> {
  const [field, or] = [fc.tuple(keys, oneOf(...malformed)), fc.tuple(oneOf('$or'), oneOf(...malformedOr))];
  const bad = fc.oneof({ weight: 8, arbitrary: field }, { weight: 1, arbitrary: or });
  return fc.tuple(node(1).map(patternOf), bad, fc.boolean())
    .map(([pattern, [key, value], within]) => within ? { ...pattern, detail: { [key]: value } } : { ...pattern, [key]: value });
}

export function pairs(seed: number, count: number): Pair[] {
  const tree = fc.oneof(node(0), node(1), node(1), node(2)).filter((each) => !confusing(patternOf(each)));
  const accepted = tree.chain((each) => oneOf(100, 90, 75, 50).chain((chance) => eventFor(each, chance).map((event) => [patternOf(each), event])));
  const rejected = rejectedPattern().map((pattern) => [pattern, { a: 'x' }]);
  return fc.sample(fc.oneof({ weight: 14, arbitrary: accepted }, { weight: 1, arbitrary: rejected }), { seed, numRuns: count })
    .map(([pattern, event]) => [JSON.stringify(pattern), JSON.stringify(event)] as const);
}

/** Every malformed value once, so that none is left to chance. */
export function malformedPairs(): Pair[] {
  const patterns = [...malformed.map((bad) => ({ a: bad })), ...malformedOr.map((bad) => ({ $or: bad })), {}];
  return patterns.map((pattern) => [JSON.stringify(pattern), '{"a":"x"}'] as const);
}
