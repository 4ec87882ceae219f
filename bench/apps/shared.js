const { App, Stack } = require('aws-cdk-lib');
const lambda = require('aws-cdk-lib/aws-lambda');

exports.SCHEMA = { type: 'object', required: ['item'], properties: { item: { type: 'string' } } };
exports.PAGE = 'https://shop.example.com';

/** Synthesizes `count` APIs of `routes` routes, ten in a stack, and prints what a stack holds where it is asked. */
exports.synthesize = (make) => {
  const [count, routes, describe] = process.argv.slice(2);
  if (!describe) require('./measure');
  const app = new App({ context: { '@aws-cdk/core:stackResourceLimit': 0 }, analyticsReporting: false });
  let stack;
  for (let i = 0; i < Number(count); i++) {
    if (i % 10 === 0) stack = new Stack(app, `Stack${i / 10}`);
    const fn = new lambda.Function(stack, `Fn${i}`, {
      runtime: lambda.Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline('exports.handler = async () => ({ statusCode: 200 });'),
    });
    make(stack, `Api${i}`, fn, Number(routes));
  }
  const [artifact] = app.synth().stacks;
  if (!describe) return;
  const resources = Object.keys(artifact.template.Resources).length - 2; // the function and its role are the user's
  console.log(JSON.stringify({ resources, bytes: JSON.stringify(artifact.template).length }));
};

/** The routes of an API: the first is a validated POST, the others are GETs of an item. */
exports.pathsOf = (routes) => Array.from({ length: routes }, (_, i) => i === 0 ? ['POST', 'orders'] : ['GET', `things${i}`]);
