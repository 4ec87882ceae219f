/** What users get. */
import { execFileSync } from 'child_process';
import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { root } from '../support/examples';

jest.setTimeout(60_000);

test('the package holds the compiled library, its assembly and handlers, the README of each pattern, and nothing else', () => {
  const [{ files }] = JSON.parse(execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  const paths: string[] = files.map(({ path }: { path: string }) => path);
  expect(paths.filter((path) => !/^(lib\/.+\.(js|d\.ts)|assets\/[^/]+\/[^/]+\/index\.js|assets\/THIRD-PARTY-LICENSES\.txt)$/.test(path)).sort()).toEqual([
    '.jsii', '.jsii.gz', 'CHANGELOG.md', 'LICENSE', 'README.md', 'package.json',
    ...readdirSync(join(root, 'src/patterns')).map((pattern) => `src/patterns/${pattern}/README.md`),
  ]);
  expect(paths).toEqual(expect.arrayContaining(['lib/index.js', 'lib/index.d.ts', 'assets/function-api/verify-jwt/index.js', 'assets/THIRD-PARTY-LICENSES.txt']));
});

test('the licences of what is bundled are there', () => {
  expect(readFileSync(join(root, 'assets/THIRD-PARTY-LICENSES.txt'), 'utf8')).toMatch(/^aws-jwt-verify 5\.\S+ \(Apache-2\.0\)$/m);
});

test('it has no runtime dependency', () => {
  const { dependencies, bundledDependencies, peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect([dependencies, bundledDependencies]).toEqual([undefined, undefined]);
  expect(peerDependencies).toEqual({ 'aws-cdk-lib': '^2.257.0', 'constructs': '^10.5.1' });
});
