// AWS Solutions Constructs, as they are.
const { SqsToLambda } = require('@aws-solutions-constructs/aws-sqs-lambda');
const { consumers } = require('../app');

consumers((stack, functions) => functions.forEach((fn, i) => new SqsToLambda(stack, `Worker${i}`, { existingLambdaObj: fn })));
