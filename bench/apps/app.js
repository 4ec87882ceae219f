const { App, Duration, Stack } = require('aws-cdk-lib');
const lambda = require('aws-cdk-lib/aws-lambda');

/** Runs an app for the numbers of the command line, and prints what it cost, or with `describe` the template of its first stack. */
exports.run = (fill) => {
  const describe = process.argv.at(-1) === 'describe';
  if (!describe) require('./measure');
  const app = new App({ context: { '@aws-cdk/core:stackResourceLimit': 0 }, analyticsReporting: false });
  fill(app, ...process.argv.slice(2).map(Number));
  const [{ template }] = app.synth().stacks;
  if (describe) console.log(JSON.stringify(template));
};

/** A function of the user's: it and its role are not counted. */
exports.userFunction = (scope, i) => new lambda.Function(scope, `Fn${i}`, {
  runtime: lambda.Runtime.NODEJS_22_X,
  handler: 'index.handler',
  code: lambda.Code.fromInline('exports.handler = async () => ({ statusCode: 200 });'),
  timeout: Duration.seconds(20),
});

/** A stack of so many functions, each of which gets what `make` gives it. */
exports.consumers = (make) => exports.run((app, count) => {
  const stack = new Stack(app, 'Stack');
  make(stack, Array.from({ length: count }, (_, i) => exports.userFunction(stack, i)));
});
