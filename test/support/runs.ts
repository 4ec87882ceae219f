import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { eventually } from './queues';
import { Engine } from '../../tools/local-aws/engine';

/** How an execution ended. */
export interface EndedRun {
  readonly arn: string;
  readonly status: string;
  readonly error?: string;
  readonly cause?: string;
  readonly input: any;
  readonly output: any;
}

/** Executions of deployed state machines, started by hand. */
export class Runs {
  private readonly sfn: SFNClient;
  private readonly cloudwatch: CloudWatchClient;

  constructor(engine: Engine) {
    this.sfn = new SFNClient(engine.client);
    this.cloudwatch = new CloudWatchClient(engine.client);
  }

  public async start(stateMachineArn: string, input: object): Promise<string> {
    const { executionArn } = await this.sfn.send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }));
    return executionArn!;
  }

  public async run(stateMachineArn: string, input: object): Promise<EndedRun> {
    return this.ended(await this.start(stateMachineArn, input));
  }

  public async stop(executionArn: string): Promise<void> {
    await this.sfn.send(new StopExecutionCommand({ executionArn }));
  }

  /** Waits for the end of an execution, also of one that somebody else is about to start. */
  public async ended(executionArn: string, seconds?: number): Promise<EndedRun> {
    const { status, error, cause, input, output = 'null' } = await eventually(`the end of ${executionArn}`, async () => {
      const execution = await this.sfn.send(new DescribeExecutionCommand({ executionArn })).catch(unlessMissing);
      return execution?.status !== 'RUNNING' && execution;
    }, seconds);
    return { arn: executionArn, status: status!, error, cause, input: JSON.parse(input!), output: JSON.parse(output) };
  }

  /** The sum of a metric of ours of a machine. */
  public async counted(MetricName: string, stateMachineArn: string): Promise<number> {
    const { Datapoints = [] } = await this.cloudwatch.send(new GetMetricStatisticsCommand({
      Namespace: 'CdkServerlessPatterns',
      MetricName,
      Dimensions: [{ Name: 'StateMachineArn', Value: stateMachineArn }],
      StartTime: new Date(Date.now() - 3_600_000),
      EndTime: new Date(Date.now() + 60_000),
      Period: 3600,
      Statistics: ['Sum'],
    }));
    return Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0);
  }
}

function unlessMissing(error: Error): undefined {
  if (error.name !== 'ExecutionDoesNotExist') throw error;
}
