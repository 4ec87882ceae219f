import { awscdk } from 'projen';

const why = (sentence: string) => `${sentence} (ARCHITECTURE.md)`;

const otherPlane = why('A handler imports only contract.ts, its pattern\'s runtime, foundation/runtime and the SDK.');

/** Import direction and house rules; `test/tools/lint.test.ts` tries each with a deliberate violation. */
export function configureLint(project: awscdk.AwsCdkConstructLibrary) {
  const eslint = project.eslint!;
  eslint.addPlugins('awscdk');
  eslint.addExtends('plugin:awscdk/classicRecommended');
  eslint.addRules({
    'awscdk/require-props-default-doc': 'error',
    'awscdk/props-name-convention': 'error',
    'awscdk/no-construct-in-public-property-of-construct': 'off', // all that was made is handed out
    'awscdk/require-passing-this': 'off', // foundation's words are functions of a scope and an id
    'awscdk/no-variable-construct-id': 'off',
    'awscdk/construct-constructor-property': 'off', // it does not know `props = {}`
    'import/no-restricted-paths': ['error', {
      zones: [
        { target: './src/foundation', from: './src/patterns', message: why('Foundation knows no pattern.') },
        { target: './src/patterns/*/!(*.handler).ts', from: './src/patterns/*/*.handler.ts', message: why('A construct imports no handler: they meet in contract.ts.') },
        { target: './src/patterns/*/!(*.handler).ts', from: './src/foundation/runtime', message: why('A construct imports no handler helper: the planes meet in contract.ts.') },
        { target: './src/patterns/*/!(*.handler).ts', from: './src/patterns/*/runtime/**', message: why('A construct imports no handler helper: the planes meet in contract.ts.') },
        { target: ['./src/patterns/*/*.handler.ts', './src/patterns/*/runtime/**'], from: './src/patterns/*/!(contract|*.handler).ts', message: otherPlane },
        { target: ['./src/patterns/*/*.handler.ts', './src/patterns/*/runtime/**'], from: './src/foundation/!(runtime)', message: otherPlane },
        { target: './src/foundation/*.ts', from: './src/foundation/runtime', message: why('A construct imports no handler helper: the planes meet in contract.ts.') },
        { target: './src', from: ['./test', './tools', './integ', './examples', './bench'], message: why('What is shipped imports nothing that is not.') },
      ],
    }],
  });
  const noSdk = { group: ['@aws-sdk/*', '@smithy/*', 'aws-jwt-verify', 'aws-jwt-verify/*'], message: why('A construct knows no SDK: only handlers run in Lambda.') };
  const noOtherPattern = { regex: '^(\\.\\./(?!\\.\\./)|\\.\\./\\.\\./(?!foundation/))', message: why('Patterns never import each other; what two want is foundation\'s.') };
  const noOtherPatternFromWithin = { regex: '^\\.\\./\\.\\./(?!\\.\\./)|^\\.\\./\\.\\./\\.\\./(?!foundation/)', message: noOtherPattern.message };
  const noCdk = { group: ['aws-cdk-lib', 'aws-cdk-lib/*', 'constructs'], message: why('The runtime plane does not know the CDK.') };
  const restrict = (files: string[], ...patterns: object[]) => eslint.addOverride({
    files,
    rules: { 'no-restricted-imports': ['error', { patterns }] },
  });
  restrict(['src/**'], noSdk);
  restrict(['src/patterns/**'], noSdk, noOtherPattern);
  restrict(['src/patterns/*/*.handler.ts'], noCdk, noOtherPattern);
  restrict(['src/patterns/*/runtime/**'], noCdk, noOtherPatternFromWithin);
  restrict(['src/foundation/runtime/**'], noCdk);
  restrict(['src/patterns/*/contract.ts'], { group: ['*', '*/**'], message: why('contract.ts imports nothing: both planes load it.') });
  eslint.addOverride({
    files: ['src/**/*.handler.ts', 'src/**/runtime/**'],
    rules: { 'import/no-extraneous-dependencies': ['error', { devDependencies: true }] }, // bundled
  });
  eslint.addOverride({
    files: ['test/**', 'integ/**', 'examples/**', 'bench/**'],
    rules: {
      'awscdk/no-construct-stack-suffix': 'off',
      '@typescript-eslint/no-require-imports': 'off',
      'import/no-extraneous-dependencies': 'off',
    },
  });
}
