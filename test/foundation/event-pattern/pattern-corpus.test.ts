import { readFileSync } from 'fs';
import { join } from 'path';
import { checkPattern, matchesPattern } from '../../../src/foundation/event-pattern/event-pattern';
import { OPERATORS, operatorsIn } from '../../../tools/ruler/operators';

/** What EventBridge's own matcher said (`tools/ruler/record.ts`). */
const corpus: { pairs: [pattern: any, event: any, verdict: boolean | 'rejected'][] } =
  JSON.parse(readFileSync(join(__dirname, 'pattern-corpus.json'), 'utf8'));

function ourVerdict(pattern: any, event: any): boolean | string {
  try {
    checkPattern('on', pattern);
  } catch (error) {
    return (error as Error).message.startsWith("'on' must ") ? 'rejected' : `${error}`;
  }
  return matchesPattern(pattern, event);
}

test('says of every pair what the official matcher says', () => {
  const differing = corpus.pairs.filter(([pattern, event, verdict]) => ourVerdict(pattern, event) !== verdict);
  expect(differing.slice(0, 5)).toEqual([]);
});

test('the corpus is large, and even between the verdicts', () => {
  const share = (verdict: boolean | 'rejected') => corpus.pairs.filter(([, , each]) => each === verdict).length;
  expect(corpus.pairs.length).toBeGreaterThanOrEqual(3000);
  expect(share(true)).toBeGreaterThan(0.3 * corpus.pairs.length);
  expect(share(false)).toBeGreaterThan(0.3 * corpus.pairs.length);
  expect(share('rejected')).toBeGreaterThanOrEqual(150);
});

test('the corpus has each operator often, matching and not', () => {
  const used = corpus.pairs.filter(([, , verdict]) => verdict !== 'rejected').map(([pattern, , verdict]) => ({ operators: operatorsIn(pattern), verdict }));
  const rare = OPERATORS.filter((operator) => [true, false].some((verdict) =>
    used.filter((each) => each.verdict === verdict && each.operators.has(operator)).length < 30));
  expect(rare).toEqual([]);
});
