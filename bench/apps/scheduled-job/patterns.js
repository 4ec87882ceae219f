const { ScheduleExpression } = require('aws-cdk-lib/aws-scheduler');
const { consumers } = require('../app');
const { ScheduledJob } = require('cdk-serverless-patterns');

const schedule = ScheduleExpression.cron({ minute: '0', hour: '3' });

consumers((stack, functions) => functions.forEach((fn, i) => new ScheduledJob(stack, `Job${i}`, { function: fn, schedule })));
