import {
  DescribeExecutionCommand, ExecutionDoesNotExist, HistoryEvent, paginateGetExecutionHistory, SFNClient, StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { Stage } from './chapters';
import { until } from './looking';

/** What an order's execution did, in a line: its steps in the order in which they ran, and its end. */
export async function story({ engine, outputs }: Stage, orderId: string): Promise<string> {
  const client = new SFNClient(engine.client);
  const executionArn = `${outputs.StateMachineArn.replace(':stateMachine:', ':execution:')}:${orderId}`;
  const history = async () => {
    const events: HistoryEvent[] = [];
    for await (const page of paginateGetExecutionHistory({ client }, { executionArn })) events.push(...page.events ?? []);
    return events;
  };
  const look = () => history().catch((error) => {
    if (error instanceof ExecutionDoesNotExist) return [];
    throw error;
  });
  return tell(await until(look, (events) => endOf(events) !== undefined, 60));
}

/** Starts a run by hand. */
export async function start({ engine }: Stage, stateMachineArn: string, input: object): Promise<string> {
  const { executionArn } = await new SFNClient(engine.client).send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }));
  return executionArn!;
}

/** Output of a run at its end, or its error. */
export async function outputOf({ engine }: Stage, executionArn: string): Promise<any> {
  const client = new SFNClient(engine.client);
  const look = () => client.send(new DescribeExecutionCommand({ executionArn }));
  const { output, status, error } = await until(look, (execution) => execution.status !== 'RUNNING', 60);
  return output === undefined ? { [status!]: error } : JSON.parse(output);
}

function tell(events: HistoryEvent[]): string {
  const ran: { name: string; fails: number; error?: string }[] = [];
  for (const { type, stateEnteredEventDetails, taskFailedEventDetails, taskTimedOutEventDetails } of events) {
    const state = ran.at(-1);
    if (type === 'TaskStateEntered') ran.push({ name: stateEnteredEventDetails!.name!, fails: 0 });
    if (type === 'TaskSucceeded') state!.error = undefined;
    if (type !== 'TaskFailed' && type !== 'TaskTimedOut') continue;
    state!.error = (taskFailedEventDetails ?? taskTimedOutEventDetails)!.error;
    state!.fails++;
  }
  const steps = ran.filter(({ name }) => !name.startsWith('Count ')).map(({ name, fails, error }) => {
    if (error) return `${name} failed${fails > 1 ? ` ${fails} times` : ''}: ${error}`;
    return name.includes(' ') ? name : `${name} ok`;
  });
  return `${steps.join(' -> ')} => ${endOf(events)}`;
}

function endOf(events: HistoryEvent[]): string | undefined {
  const { type, executionFailedEventDetails } = events.at(-1) ?? {};
  if (type === 'ExecutionSucceeded') return 'succeeded';
  return executionFailedEventDetails?.error;
}
