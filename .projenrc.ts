import { awscdk, javascript, JsonFile, typescript } from 'projen';
import { configureLint } from './projenrc/lint';

const name = 'cdk-serverless-patterns';
const project = new awscdk.AwsCdkConstructLibrary({
  name,
  description: 'Serverless architecture patterns as CDK constructs: one class is one whole pattern',
  author: 'cdk-serverless-patterns contributors',
  authorAddress: 'cdk-serverless-patterns@users.noreply.github.com',
  authorOrganization: true,
  repositoryUrl: 'https://github.com/cdk-serverless-patterns/cdk-serverless-patterns.git',
  defaultReleaseBranch: 'main',
  license: 'Apache-2.0',
  keywords: ['aws', 'cdk', 'serverless', 'patterns', 'lambda', 'api-gateway'],
  stability: 'experimental',

  packageManager: javascript.NodePackageManager.NPM,
  cdkVersion: '2.257.0',
  constructsVersion: '10.5.1',
  jsiiVersion: '~6.0.0',
  typescriptVersion: '~6.0.3',
  minNodeVersion: '20.16.0',
  workflowNodeVersion: '22',
  jestOptions: {
    jestVersion: '^30',
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    junitReporting: false,
    jestConfig: { collectCoverage: false },
  },

  projenVersion: '0.103.25',
  projenrcTs: true,
  projenrcTsOptions: { runner: typescript.TypeScriptRunner.tsx() },
  sampleCode: false,

  compressAssembly: true,
  docgen: true,
  excludeTypescript: ['src/**/*.handler.ts', 'src/foundation/runtime/**'],
  npmIgnoreOptions: {
    ignorePatterns: [
      '/.ci/', '/bench/', '/docs/', '/examples/', '/integ/', '/integ.local/', '/rosetta/', '/tools/', '/.tmp/',
      '/.jsii.tabl.json', '/integ.config.json', '/tsconfig.dev.json',
      '/API.md', '/ARCHITECTURE.md', '/CONTRIBUTING.md', '/SECURITY.md',
    ],
  },
  gitignore: [
    '.jsii.gz', '/.jsii.tabl.json', '/integ/*.snapshot/asset.*', 'cdk.out/', 'cdk-integ.out.*', '/.tmp/', '/integ.local/', '__pycache__/',
    '/examples/*/package-lock.json', '/bench/package-lock.json',
  ],

  publishToPypi: { distName: name, module: 'cdk_serverless_patterns', trustedPublishing: true },
  publishToMaven: { javaPackage: 'io.github.cdkserverlesspatterns', mavenGroupId: 'io.github.cdkserverlesspatterns', mavenArtifactId: name },
  publishToNuget: { dotNetNamespace: 'CdkServerlessPatterns', packageId: 'CdkServerlessPatterns', trustedPublishing: true },
  publishToGo: { moduleName: 'github.com/cdk-serverless-patterns/cdk-serverless-patterns-go', packageName: 'patterns' },
  releaseToNpm: true,
  npmTrustedPublishing: true,

  lambdaAutoDiscover: false,
  edgeLambdaAutoDiscover: false,
  singletonLambdaAutoDiscover: false,
  lambdaExtensionAutoDiscover: false,
  integrationTestAutoDiscover: false,

  tsconfigDevFile: 'tsconfig.dev.json',
  tsconfigDev: {
    include: ['src/**/*.ts', 'test/**/*.ts', 'integ/**/*.ts', 'tools/**/*.ts', 'examples/**/*.ts', 'bench/**/*.ts', 'projenrc/**/*.ts', '.projenrc.ts'],
    compilerOptions: { paths: { [name]: ['./src/index.ts'] } }, // examples import us by name
    exclude: ['**/node_modules', 'lib', 'dist', 'assets', '**/cdk.out', '**/*.snapshot'],
  },
  eslintOptions: {
    projectService: false,
    tsconfigPath: './tsconfig.dev.json',
    dirs: ['src'],
    devdirs: ['test', 'integ', 'tools', 'examples', 'bench', 'projenrc'],
    ignorePatterns: ['*.js', '*.d.ts', 'node_modules/', '*.generated.ts', 'coverage', 'cdk.out', '*.snapshot'],
    commandOptions: { fix: false, extraArgs: ['--max-warnings=0'] },
  },

  depsUpgrade: false,
  pullRequestTemplate: false,
  githubOptions: { mergify: false, pullRequestLint: false },
  buildWorkflowOptions: { mutableBuild: false },

  devDeps: [
    'node@22', // first on the PATH of npm run: the local engine's functions run on it
    'esbuild@0.28.2',
    'tsx@^4',
    '@types/aws-lambda',
    'aws-cdk@2.1148.1',
    '@aws-cdk/integ-runner@2.197.10',
    '@aws-cdk/integ-tests-alpha@2.245.0-alpha.0',
    'cdk-nag@^3.0.2',
    'eslint-plugin-awscdk@^4.2.1',
    // bundled into handlers
    'aws-jwt-verify@^5',
    // tests and tools
    '@apidevtools/swagger-parser@^10', // the last that Jest can load as CommonJS,
    'ajv@^8',
    'aws4fetch@^1',
    'jsonwebtoken@^9',
    '@types/jsonwebtoken@^9',
    'proper-lockfile@^4',
    '@types/proper-lockfile@^4',
    'selfsigned@^5',
    '@viz-js/viz@^3',
    // integ-tests' assertion provider loads the client of each service that it calls
    '@aws-sdk/lib-dynamodb@^3', // the shop's functions
    ...['api-gateway', 'cloudformation', 'cloudwatch', 'cognito-identity-provider', 'dynamodb', 'lambda', 'route-53', 's3', 'sqs', 'sts']
      .map((service) => `@aws-sdk/client-${service}@^3`),
  ],
});

for (const [variable, value] of Object.entries({
  AWS_REGION: 'us-east-1',
  AWS_EC2_METADATA_DISABLED: 'true',
  CDK_DISABLE_CLI_TELEMETRY: 'true',
  CDK_VALIDATION: 'false',
  JSII_DEPRECATED: 'quiet',
  JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20',
})) {
  project.tasks.addEnvironment(variable, value);
}

project.package.addField('overrides', {
  'unrs-resolver': '1.12.2',
  'eslint-plugin-awscdk': { typescript: '$typescript' },
});

// a warning of jsii is an error, and reserved words are not silenced (projen silences them)
project.compileTask.reset('jsii --fail-on-warnings --compress-assembly');
project.compileTask.exec('tsx tools/lazy-index.ts');
project.watchTask.reset('jsii -w --compress-assembly');

const bundle = project.addTask('bundle', { description: 'Bundle the Lambda handlers into assets/', exec: 'tsx tools/bundle.ts' });
project.preCompileTask.spawn(bundle);
project.gitignore.exclude('/assets/');
project.npmignore?.include('/assets/');

project.tsconfigDev.removeInclude('**/*.ts');
project.tryRemoveFile('projenrc/tsconfig.json');
project.addTask('typecheck', { description: 'Type-check all that jsii does not compile', exec: `tsc -p ${project.tsconfigDev.fileName}` });

const pictures = project.addTask('pictures', { description: 'Draw the pictures of docs/pictures', exec: 'tsx tools/pictures.ts' });
const rosetta = project.addTask('rosetta', { description: 'Compile the snippets of the root README and the doc comments', exec: 'jsii-rosetta extract --strict' });
const snippets = project.addTask('snippets', { description: 'Compile the snippets of the pattern READMEs', exec: 'tsx tools/snippets.ts' });
project.postCompileTask.spawn(rosetta);
project.postCompileTask.spawn(snippets);
project.postCompileTask.spawn(pictures);

new JsonFile(project, 'integ.config.json', {
  marker: false,
  obj: { directory: 'integ', language: ['typescript'], app: 'node_modules/.bin/tsx {filePath}', maxWorkers: 2, parallelRegions: ['us-east-1'] },
});
project.addTask('unit', { description: 'Unit and handler tests', exec: 'jest --testPathIgnorePatterns test/tools/local-aws', receiveArgs: true });
project.addTask('probes', { description: 'What the local engine lacks, and what its launcher mends', exec: 'jest test/tools/local-aws', receiveArgs: true });
project.addTask('integ', { description: 'Compare the snapshots (no account)', exec: 'integ-runner', receiveArgs: true });
project.addTask('integ:snapshot', { description: 'Write the snapshots (no account)', exec: 'integ-runner --update-on-failed --dry-run', receiveArgs: true });
project.addTask('integ:aws', { description: 'Deploy the integration tests to your AWS account', exec: 'integ-runner --update-on-failed', receiveArgs: true });
project.addTask('bindings', { description: 'Generate the bindings of all languages', exec: 'jsii-pacmak --code-only --outdir dist/code --target python --target java --target dotnet --target go' });
project.addTask('drift', { description: 'Fail when a generated file is not what is committed', exec: 'git add --intent-to-add --all && git diff --exit-code --stat' });
project.testTask.reset('tsx tools/test.ts', { receiveArgs: true });
project.testTask.spawn(project.tasks.tryFind('eslint')!);
project.addTask('quick-start', { description: 'Synthesize the quick start on the lowest and the newest aws-cdk-lib', exec: 'tsx tools/quick-start.ts' });
project.addTask('requirements', {
  description: 'Pin the Python packages of tools/ again (needs uv)',
  exec: ['local-aws', 'cfn-lint'].map((tool) => `uv pip compile --quiet --universal --python-version 3.10 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links -o tools/${tool}/requirements.txt tools/${tool}/requirements.in`).join(' && '),
});

// no projen tasks: projen dies of Ctrl-C at once, npm waits for the clean-up
project.setScript('test', 'tsx tools/test.ts');
project.setScript('demo', 'tsx tools/demo.ts');
project.setScript('integ:local', 'tsx tools/local-aws/integ.ts');
project.setScript('bench', 'tsx bench/bench.ts');
project.setScript('parity', 'tsx tools/parity/parity.ts');

project.packageTask.reset();
project.packageTask.spawn(project.tasks.tryFind('package:js')!);

configureLint(project);
project.synth();
