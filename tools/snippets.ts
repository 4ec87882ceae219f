/** Compiles the ts snippets of the pattern READMEs against the sources: a snippet has the stack as `this`. */
import { execFileSync } from 'child_process';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import { bin, root } from './process';

const out = join(root, '.tmp/snippets');
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const files: string[] = [];
for (const pattern of readdirSync(join(root, 'src/patterns'))) {
  const text = readFileSync(join(root, 'src/patterns', pattern, 'README.md'), 'utf8');
  for (const match of text.matchAll(/^```ts\n(.*?)^```$/gms)) {
    const line = text.slice(0, match.index).split('\n').length + 1;
    const file = `${pattern}.line${line}.ts`; // a compiler error names the README's line
    writeFileSync(join(out, file), asModule(match[1]));
    files.push(file);
  }
}
if (files.length === 0) throw new Error('no snippets found in the pattern READMEs');

writeFileSync(join(out, 'tsconfig.json'), JSON.stringify({
  extends: join(root, 'tsconfig.dev.json'),
  compilerOptions: {
    rootDir: root,
    noUnusedLocals: false,
    noUnusedParameters: false,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
    paths: { 'cdk-serverless-patterns': [join(root, 'src/index.ts')] },
  },
  include: files,
  exclude: [],
}));
execFileSync(bin('tsc'), ['-p', out], { stdio: 'inherit' });
console.log(`${files.length} snippets compile`);

/** Imports, exports and declarations stand at the top, as they must; the rest runs in a stack's constructor. */
function asModule(snippet: string): string {
  const top = /^(import|declare|export) /;
  const statements = snippet.split(/\n(?=\S)(?![}\])])/);
  const outside = statements.filter((statement) => top.test(statement));
  const inside = statements.filter((statement) => !top.test(statement));
  return `${outside.join('\n')}\nexport function snippet(this: import('aws-cdk-lib').Stack) {\n${inside.join('\n')}\n}\n`;
}
