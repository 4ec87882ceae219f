const { consumers } = require('../app');
const { QueueWorker } = require('cdk-serverless-patterns');

consumers((stack, functions) => functions.forEach((fn, i) => new QueueWorker(stack, `Worker${i}`, { function: fn })));
