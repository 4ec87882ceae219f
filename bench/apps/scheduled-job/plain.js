// The first that one finds in the CDK's documentation.
const { Schedule, ScheduleExpression } = require('aws-cdk-lib/aws-scheduler');
const { LambdaInvoke } = require('aws-cdk-lib/aws-scheduler-targets');
const { consumers } = require('../app');

const schedule = ScheduleExpression.cron({ minute: '0', hour: '3' });

consumers((stack, functions) => functions.forEach((fn, i) => new Schedule(stack, `Schedule${i}`, { schedule, target: new LambdaInvoke(fn) })));
