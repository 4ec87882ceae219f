import { awscdk, JsonFile } from 'projen';

/** What can be run: projen's own tasks as this project needs them, and its own. */
export function configureTasks(project: awscdk.AwsCdkConstructLibrary) {
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

  // a warning of jsii is an error, and reserved words are not silenced (projen silences them)
  project.compileTask.reset('jsii --fail-on-warnings --compress-assembly');
  project.compileTask.exec('tsx tools/lazy-index.ts');
  project.watchTask.reset('jsii -w --compress-assembly');

  project.tasks.tryFind('docgen')!.reset('tsx tools/docgen.ts');

  const bundle = project.addTask('bundle', { description: 'Bundle the Lambda handlers into assets/', exec: 'tsx tools/bundle.ts' });
  project.preCompileTask.spawn(bundle);

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
  project.addTask('unit', { description: 'Unit and handler tests', exec: 'jest --testPathIgnorePatterns=test/tools --testPathIgnorePatterns=test/deployed', receiveArgs: true });
  project.addTask('probes', { description: 'What the local engine lacks, and what its launcher mends', exec: 'jest --runInBand test/tools/local-aws', receiveArgs: true });
  project.addTask('integ', { description: 'Compare the snapshots (no account)', exec: 'integ-runner', receiveArgs: true });
  project.addTask('integ:snapshot', { description: 'Write the snapshots (no account)', exec: 'integ-runner --update-on-failed --dry-run', receiveArgs: true });
  project.addTask('integ:aws', { description: 'Deploy the integration tests to your AWS account', exec: 'integ-runner --force --update-on-failed', receiveArgs: true });
  project.addTask('bindings', { description: 'Generate the bindings of all languages', exec: 'jsii-pacmak --code-only --outdir dist/code --target python --target java --target dotnet --target go' });
  project.addTask('drift', { description: 'Fail when a generated file is not what is committed', exec: 'git add --intent-to-add --all && git diff --exit-code --stat' });
  project.testTask.reset('tsx tools/test.ts', { receiveArgs: true });
  project.testTask.spawn(project.tasks.tryFind('eslint')!);
  project.addTask('compatibility', { description: 'Quick start and unit tests on the lowest and the newest aws-cdk-lib', exec: 'tsx tools/compatibility.ts' });
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
  project.setScript('bench:events', 'tsx bench/ten-thousand-events.ts');
  project.setScript('proof', 'SAGA_PROOF=complete jest test/patterns/saga/proof/exhaustive');
  project.setScript('test:ruler', 'tsx tools/ruler/record.ts --check');

  project.packageTask.reset();
  project.packageTask.spawn(project.tasks.tryFind('package:js')!);
}
