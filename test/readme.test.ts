/** READMEs are published, so their links say where they lead wherever they are read. */
import { existsSync, readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { root } from './support/examples';

const OURS = /^https:\/\/(?:github\.com\/cdk-serverless-patterns\/cdk-serverless-patterns\/(?:blob|tree)|raw\.githubusercontent\.com\/cdk-serverless-patterns\/cdk-serverless-patterns)\/main\/(.+?)(?:#.*)?$/;

const readmes = ['README.md', ...readdirSync(join(root, 'src/patterns')).map((pattern) => `src/patterns/${pattern}/README.md`)];

test.each(readmes)('%s: every link is absolute, and what it names of ours exists', (readme) => {
  const links = [...readFileSync(join(root, readme), 'utf8').matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link);
  expect(links.length).toBeGreaterThan(0);
  expect(links.filter((link) => !link.startsWith('https://'))).toEqual([]);
  const named = links.flatMap((link) => OURS.exec(link)?.[1] ?? []);
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test('every pattern stands in the catalogue, with its picture', () => {
  const catalogue = readFileSync(join(root, 'README.md'), 'utf8');
  for (const pattern of readdirSync(join(root, 'src/patterns'))) {
    expect(catalogue).toContain(`/src/patterns/${pattern}/README.md`);
    expect(catalogue).toContain(`/docs/pictures/${pattern}.svg`);
  }
});

test('no committed snapshot holds a path of the machine that made it', () => {
  const files = readdirSync(join(root, 'integ'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'));
  expect(files.length).toBeGreaterThan(10);
  expect(files.filter((file) => /node_modules|\.ts:\d+:\d+/.test(readFileSync(join(root, 'integ', file), 'utf8')))).toEqual([]);
});
