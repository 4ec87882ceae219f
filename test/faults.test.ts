/** docs/faults.csv says which faults have a test, and no test claims one that is not listed. */
import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { root } from './support/examples';

const rows = readFileSync(join(root, 'docs/faults.csv'), 'utf8').trim().split('\n').slice(1).map((line) => line.split(','));
const files = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.test.ts') && file !== 'faults.test.ts');
const named = new Set(files.flatMap((file) => [...readFileSync(join(root, 'test', file), 'utf8').matchAll(/\bfault (\d+):/g)].map(([, number]) => number)));

test('every row has four columns and says its proof', () => {
  expect(rows.filter((row) => row.length !== 4 || !/^(test|not ours: .+)$/.test(row[3]))).toEqual([]);
});

test('the rows with a test are the faults that tests name', () => {
  const proved = rows.filter(([, , , proof]) => proof === 'test').map(([number]) => number);
  expect([...named].sort((a, b) => Number(a) - Number(b))).toEqual(proved);
});
