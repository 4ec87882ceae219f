import { createHash } from 'crypto';
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { BUSINESS_ID_PATH, INPUT_PATH, STATE_MACHINE_ARN } from './contract';

const stateMachineArn = process.env[STATE_MACHINE_ARN]!;
const businessIdPath = process.env[BUSINESS_ID_PATH]!;
const inputPath = process.env[INPUT_PATH]!;
const states = new SFNClient({});
const batch = new BatchProcessor(EventType.SQS);

export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  return processPartialResponse(event, start, batch, { throwOnFullBatchFailure: false });
}

/** At most one execution for a business id: a second one of its name is refused by Step Functions. */
async function start({ messageId, body }: SQSRecord): Promise<void> {
  try {
    const message = parsed(body);
    const businessId = valueAt(message, businessIdPath);
    if (typeof businessId !== 'number' && (typeof businessId !== 'string' || businessId === '')) {
      throw new Error(`there is no text or number at ${businessIdPath}, which has to be the business id (as text where it is a number of many digits)`);
    }
    const input = valueAt(message, inputPath);
    if (input === undefined) throw new Error(`there is nothing at ${inputPath}, which has to be the input of the saga`);
    const name = executionName(String(businessId));
    const started = await startOnce(name, JSON.stringify(input));
    console.info({ message: started ? 'started' : 'was started before', businessId, name, messageId });
  } catch (error) {
    console.error({ message: 'not started: the message comes back', messageId, error: String(error) });
    throw error;
  }
}

async function startOnce(name: string, input: string): Promise<boolean> {
  try {
    await states.send(new StartExecutionCommand({ stateMachineArn, name, input }));
    return true;
  } catch (error) {
    if (error instanceof ExecutionAlreadyExists) return false;
    throw error;
  }
}

/** The business id itself where Step Functions takes it as a name everywhere, otherwise its SHA-256. */
function executionName(businessId: string): string {
  return /^[A-Za-z0-9_-]{1,80}$/.test(businessId) ? businessId : createHash('sha256').update(businessId).digest('hex');
}

function valueAt(document: unknown, path: string): unknown {
  return path.split('.').slice(1).reduce((value: any, name) => typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? value[name] : undefined, document);
}

/** Numbers that JavaScript cannot hold stay as they are written: the saga gets what was sent. */
function parsed(body: string): unknown {
  return JSON.parse(body, (_, value, context?: { source?: string }) => typeof value === 'number' && String(value) !== context!.source ? rawJson(context!.source!) : value);
}

/** Of ECMAScript, not yet of TypeScript's declarations. */
function rawJson(source: string): unknown {
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(source);
}
