// The first that one finds in the CDK's documentation.
const { SqsEventSource } = require('aws-cdk-lib/aws-lambda-event-sources');
const sqs = require('aws-cdk-lib/aws-sqs');
const { consumers } = require('../app');

consumers((stack, functions) => functions.forEach((fn, i) => fn.addEventSource(new SqsEventSource(new sqs.Queue(stack, `Queue${i}`)))));
