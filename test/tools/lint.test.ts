/** Each rule of the import direction, tried with a violation. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'fs';
import { dirname, join } from 'path';
import { ESLint } from 'eslint';
import { root } from '../support/examples';

jest.setTimeout(180_000);

const OTHER = 'src/patterns/zz-lint-trial';

const violations: [file: string, line: string, why: string][] = [
  ['src/foundation/zz-trial.ts', 'import \'../patterns/function-api/route\';', 'Foundation knows no pattern.'],
  [`${OTHER}/zz.ts`, 'import \'../function-api/route\';', 'Patterns never import each other; what two want is foundation\'s.'],
  [`${OTHER}/zz.ts`, 'import \'../../patterns/function-api/route\';', 'Patterns never import each other; what two want is foundation\'s.'],
  [`${OTHER}/zz.ts`, 'import \'../../index\';', 'Patterns never import each other; what two want is foundation\'s.'],
  [`${OTHER}/contract.ts`, 'import \'aws-cdk-lib\';', 'contract.ts imports nothing: both planes load it.'],
  ['src/foundation/zz-trial.ts', 'import \'./runtime/zz-helper\';', 'A construct imports no handler helper: the planes meet in contract.ts.'],
  [`${OTHER}/zz.ts`, 'import \'@aws-sdk/client-dynamodb\';', 'A construct knows no SDK: only handlers run in Lambda.'],
  ['src/patterns/function-api/zz-trial.ts', 'import \'./verify-jwt.handler\';', 'A construct imports no handler: they meet in contract.ts.'],
  ['src/patterns/function-api/zz-trial.ts', 'import \'../../foundation/runtime/zz-helper\';', 'A construct imports no handler helper: the planes meet in contract.ts.'],
  ['src/patterns/function-api/zz.handler.ts', 'import \'aws-cdk-lib\';', 'The runtime plane does not know the CDK.'],
  ['src/patterns/function-api/zz.handler.ts', 'import \'./route\';', 'A handler imports only'],
  ['src/patterns/function-api/zz.handler.ts', 'import \'../../foundation/log-group\';', 'A handler imports only'],
  [`${OTHER}/zz.ts`, 'import \'./runtime/zz-helper\';', 'A construct imports no handler helper: the planes meet in contract.ts.'],
  [`${OTHER}/runtime/zz-helper.ts`, 'import \'aws-cdk-lib\';', 'The runtime plane does not know the CDK.'],
  [`${OTHER}/runtime/zz-helper.ts`, 'import \'../zz\';', 'A handler imports only'],
  [`${OTHER}/runtime/zz-helper.ts`, 'import \'../../../foundation/log-group\';', 'A handler imports only'],
  [`${OTHER}/runtime/zz-helper.ts`, 'import \'../../function-api/contract\';', 'Patterns never import each other; what two want is foundation\'s.'],
  [`${OTHER}/contract.ts`, 'import \'../../foundation/log-group\';', 'contract.ts imports nothing: both planes load it.'],
  ['src/zz-trial.ts', 'import \'../tools/process\';', 'What is shipped imports nothing that is not.'],
];
const files = [...new Set(violations.map(([file]) => file)), 'src/foundation/runtime/zz-helper.ts'];

const madeFolders = [OTHER, 'src/foundation/runtime'].filter((folder) => !existsSync(join(root, folder)));

afterAll(() => {
  for (const file of files) rmSync(join(root, file), { force: true });
  for (const folder of madeFolders) rmSync(join(root, folder), { recursive: true, force: true });
});

test.each(violations)('%s: %s', async (file, line, why) => {
  for (const each of files) {
    mkdirSync(dirname(join(root, each)), { recursive: true });
    writeFileSync(join(root, each), 'export {};\n');
  }
  writeFileSync(join(root, file), `${line}\nexport {};\n`);
  process.env.ESLINT_USE_FLAT_CONFIG = 'false';
  process.env.TSESTREE_SINGLE_RUN = 'false'; // under CI it would take every file to stay as it was
  const { LegacyESLint } = require('eslint/use-at-your-own-risk') as { LegacyESLint: typeof ESLint };
  const [{ messages }] = await new LegacyESLint({ cwd: root }).lintFiles([file]);
  expect(messages.map(({ message }) => message).join('\n')).toContain(`${why}`);
  expect(messages.map(({ message }) => message).join('\n')).toContain('(ARCHITECTURE.md)');
});
