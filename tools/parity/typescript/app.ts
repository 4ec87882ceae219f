import { App } from 'aws-cdk-lib';
import { EventFanOutStack } from './event-fan-out-stack';
import { FunctionApiStack } from './function-api-stack';
import { LiveStack } from './live-stack';
import { PipelinesStack } from './pipelines-stack';
import { QueueWorkerStack } from './queue-worker-stack';
import { SagaStack } from './saga-stack';
import { SchedulesStack } from './schedules-stack';

const app = new App({ outdir: process.env.OUT, analyticsReporting: false });
new FunctionApiStack(app, 'FunctionApi');
new EventFanOutStack(app, 'EventFanOut');
new QueueWorkerStack(app, 'QueueWorker');
new SagaStack(app, 'Saga');
new SchedulesStack(app, 'Schedules');
new PipelinesStack(app, 'Pipelines');
new LiveStack(app, 'Live');
app.synth();
