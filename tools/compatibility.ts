/**
 * The lowest and the newest aws-cdk-lib: the README's quick start as a newcomer would do it, with the packed library in an empty folder,
 * and the unit tests against the version that is installed there.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { packLibrary } from './package';
import { bin, guarded, log, root, run } from './process';

const read = (file: string) => JSON.parse(readFileSync(join(root, file), 'utf8'));

guarded(async () => {
  const tarball = await packLibrary();
  const { devDependencies } = read('package.json');
  const { dependencies } = read('bench/package.json'); // the newest that is tried
  for (const versions of [devDependencies, dependencies]) {
    await synthesizeQuickStart(tarball, versions['aws-cdk-lib'], versions.constructs);
  }
});

async function synthesizeQuickStart(tarball: string, cdk: string, constructs: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'quick-start-'));
  try {
    writeFileSync(join(folder, 'package.json'), '{ "private": true }');
    await run('npm install', 'npm', [
      'install', '--no-audit', '--no-fund', '--prefer-offline', `aws-cdk-lib@${cdk}`, `constructs@${constructs}`, '@types/node@20', tarball,
    ], 180, { cwd: folder });
    mkdirSync(join(folder, 'lib'));
    writeFileSync(join(folder, 'lib/app.ts'), quickStart());
    await run('tsc', bin('tsc'), [
      '--strict', '--module', 'node16', '--target', 'es2022', '--skipLibCheck', '--types', 'node', '--outDir', '.', 'lib/app.ts',
    ], 120, { cwd: folder });
    const out = join(folder, 'cdk.out');
    await run('cdk synth', bin('cdk'), ['synth', '--quiet', '--app', 'node app.js', '--output', out], 120, { cwd: folder });
    const { Resources } = JSON.parse(readFileSync(join(out, 'QuickStart.template.json'), 'utf8'));
    const types = Object.values<{ Type: string }>(Resources).map(({ Type }) => Type);
    if (!types.includes('AWS::ApiGateway::RestApi')) throw new Error(`the quick start makes no API with aws-cdk-lib ${cdk}`);
    // handlers know no aws-cdk-lib, nor does the interpreter of definitions
    const mapping = { '^(aws-cdk-lib|constructs)($|/.*)': `${folder}/node_modules/$1$2` };
    await run('the unit tests', bin('jest'), [
      '--silent', '--testPathIgnorePatterns=handler|readme|proof/(exhaustive|random|mutants)', '--moduleNameMapper', JSON.stringify(mapping), 'test/patterns', 'test/foundation', 'test/architecture',
    ], 180);
    log(`quick start and unit tests pass with aws-cdk-lib ${cdk} and constructs ${constructs}: ${types.length} resources`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The first ts snippet of the README, in a stack. */
function quickStart(): string {
  const [, snippet] = /```ts\n(.*?)```/s.exec(readFileSync(join(root, 'README.md'), 'utf8'))!;
  const [imports, body] = snippet.split(/\n\n(?!import)/, 2);
  return `import { App, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
${imports}

class QuickStart extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
${body}
  }
}
new QuickStart(new App(), 'QuickStart');
`;
}
