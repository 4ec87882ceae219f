/**
 * One app in each language, against the generated bindings: the templates must be the same.
 *
 *   npm run parity [-- <language> ...]
 *
 * Needs Python, and for the others Java 17 with Maven and Go 1.25. There is no C# here: its bindings are generated, not run.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'fs';
import { homedir } from 'os';
import { join } from 'path';
import { isDeepStrictEqual } from 'util';
import { compileLibrary } from '../package';
import { bin, guarded, log, root, run } from '../process';

const here = join(root, 'tools/parity');
const bindings = join(root, 'dist/code');
const synthesized = join(root, '.tmp/parity');
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'cdk-serverless-patterns');
const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const environment = (language: string): NodeJS.ProcessEnv => ({
  ...process.env,
  OUT: join(synthesized, language),
  BINDINGS: bindings,
  CDK_VALIDATION: 'false',
  JSII_DEPRECATED: 'quiet',
  PYTHONDONTWRITEBYTECODE: '1',
  GOFLAGS: '-mod=mod -buildvcs=false',
  GOTOOLCHAIN: 'local',
  GONOSUMDB: 'github.com/aws/aws-cdk-go',
  MAVEN_OPTS: '-XX:TieredStopAtLevel=1',
});

const languages: Record<string, (env: NodeJS.ProcessEnv) => Promise<void>> = {
  typescript: async (env) => {
    await run('the TypeScript app', bin('tsx'), ['--tsconfig', join(root, 'tsconfig.dev.json'), join(here, 'typescript/app.ts')], 60, { env });
  },
  python: async (env) => {
    const versions = [`aws-cdk-lib==${devDependencies['aws-cdk-lib']}`, `constructs==${devDependencies.constructs}`, 'jsii==1.140.0', 'setuptools~=75.3.2', 'wheel'];
    const venv = join(cache, `parity-${versions.slice(0, 3).join('-')}`);
    const python = join(venv, 'bin/python');
    const stamp = join(venv, '.ready');
    if (!existsSync(stamp)) {
      log('installing aws-cdk-lib for Python (once, about 30 s)');
      rmSync(venv, { recursive: true, force: true });
      await run('python -m venv', 'python3', ['-m', 'venv', venv], 60);
      await run('pip install', python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...versions], 300);
      writeFileSync(stamp, '');
    }
    await run('pip install of the bindings', python, [
      '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--no-build-isolation', '--force-reinstall', join(bindings, 'python'),
    ], 120);
    await run('the Python app', python, [join(here, 'python/app.py')], 120, { env });
  },
  java: async (env) => {
    const build = ['-B', '-q', '-ntp', '-f', join(here, 'java/pom.xml'), `-DbuildDirectory=${join(root, '.tmp/parity-java')}`, 'clean', 'compile', 'exec:java'];
    await run('the Java app', 'mvn', ['-o', ...build], 300, { env })
      .catch(() => run('the Java app, with what Maven has to fetch first', 'mvn', build, 300, { env }));
  },
  go: async (env) => {
    const program = join(root, '.tmp/parity-go');
    await run('go build', 'go', ['build', '-o', program, '.'], 500, { env, cwd: join(here, 'go') });
    await run('the Go app', program, [], 120, { env });
  },
};

async function generateBindings(): Promise<void> {
  await compileLibrary();
  rmSync(bindings, { recursive: true, force: true });
  await run('jsii-pacmak', bin('projen'), ['bindings'], 120);
  await run('jsii-pacmak of the cloud assembly schema', bin('jsii-pacmak'), ['--code-only', '--outdir', bindings, '--target', 'go'], 60, {
    cwd: join(root, 'node_modules/@aws-cdk/cloud-assembly-schema'),
  });
}

function templates(language: string): Record<string, unknown> {
  const folder = join(synthesized, language);
  const files = readdirSync(folder).filter((file) => file.endsWith('.template.json'));
  return Object.fromEntries(files.map((file) => [file, JSON.parse(readFileSync(join(folder, file), 'utf8'))]));
}

guarded(async () => {
  const wanted = process.argv.slice(2).length > 0 ? [...new Set(['typescript', ...process.argv.slice(2)])] : Object.keys(languages);
  rmSync(synthesized, { recursive: true, force: true });
  mkdirSync(synthesized, { recursive: true });
  await generateBindings();
  let failed = 0;
  for (const language of wanted) {
    await languages[language](environment(language));
    const same = isDeepStrictEqual(templates(language), templates('typescript'));
    if (!same || Object.keys(templates(language)).length === 0) failed++;
    log(`${language}: ${same ? 'the same template' : `ANOTHER template, compare the folders of ${synthesized}`}`);
  }
  console.log(`${wanted.length - failed} passed, ${failed} failed`);
  if (failed > 0) process.exitCode = 1;
});
