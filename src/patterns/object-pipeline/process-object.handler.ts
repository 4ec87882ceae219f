import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import {
  INPUT_PREFIX, LEASE_SECONDS, MAX_ATTEMPTS, METRIC_DIMENSION, METRIC_NAMESPACE, OBJECTS_FAILED, OBJECTS_PROCESSED, OBJECTS_SKIPPED, OUTPUT_PREFIX,
  ROWS, ROWS_READ, ROWS_REJECTED, ROWS_WRITTEN, RowCheckpoint, STATUS_TABLE,
} from './contract';
import { Announcement, announcementOf } from './runtime/announcement';
import { Archive } from './runtime/archive';
import { functionProcessor } from './runtime/function-processor';
import { comeBack, sendToDeadLetters } from './runtime/messages';
import { ObjectRun, Processor } from './runtime/object-run';
import { ObjectStatus, Settled, Turn } from './runtime/object-status';
import { OutputKeys } from './runtime/output-keys';
import { rowsProcessor } from './runtime/rows-processor';
import { count } from '../../foundation/runtime/embedded-metrics';

const s3 = new S3Client({});
const db = new DynamoDBClient({});
const archive = new Archive(s3);
const processor: Processor = process.env[ROWS] ? rowsProcessor(db) : functionProcessor();
const leaseMillis = Number(process.env[LEASE_SECONDS]) * 1000;
const maxAttempts = Number(process.env[MAX_ATTEMPTS]);
/** For what is not the object's fault. */
const DELAY = 60;

const METRIC_OF: Record<Settled, string> = {
  PROCESSED: OBJECTS_PROCESSED, FAILED: OBJECTS_FAILED, GONE: OBJECTS_SKIPPED, SUPERSEDED: OBJECTS_SKIPPED,
};

/** A message stays in the queue until its object is settled: it comes back to go on, to be tried again, or to wait. */
export async function handler({ Records: [record] }: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const seconds = await dealWith(record, context);
  if (seconds === undefined) return { batchItemFailures: [] };
  await comeBack(record.receiptHandle, seconds);
  return { batchItemFailures: [{ itemIdentifier: record.messageId }] };
}

/** Gives the seconds after which the message has to come back; nothing when it is done with. */
async function dealWith(record: SQSRecord, context: Context): Promise<number | undefined> {
  const announcement = await understood(record.body);
  if (!announcement) return undefined;
  const { object: { key } } = announcement;
  try {
    const status = new ObjectStatus(db, process.env[STATUS_TABLE]!, leaseMillis, announcement, context.awsRequestId);
    const turn = await status.claim();
    if (turn.is === 'mine') return await work(announcement, status, turn, record, context);
    console.info({ message: turn.is === 'over' ? 'skipped' : 'waiting', key, ...turn });
    return turn.is === 'later' ? turn.seconds : undefined;
  } catch (error) {
    console.error({ message: 'to be tried again', key, error });
    return DELAY;
  }
}

async function understood(body: string): Promise<Announcement | undefined> {
  try {
    return announcementOf(body);
  } catch (error) {
    console.error({ message: 'not understood', error });
    await sendToDeadLetters({ body, failure: { error: 'NotUnderstood', message: (error as Error).message } });
    return undefined;
  }
}

async function work(
  announcement: Announcement, status: ObjectStatus, turn: Turn & { is: 'mine' }, record: SQSRecord, context: Context,
): Promise<number | undefined> {
  const run = new ObjectRun({
    ...turn,
    s3,
    archive,
    processor,
    announcement,
    status,
    maxAttempts,
    keys: new OutputKeys(process.env[INPUT_PREFIX]!, process.env[OUTPUT_PREFIX]!, announcement),
    announcedAt: Number(record.attributes.SentTimestamp),
    timeLeft: () => context.getRemainingTimeInMillis(),
  });
  try {
    return await run.run();
  } finally {
    countEnd(run, turn.progress.rows, context.functionName);
  }
}

/** Counts what this run has added, and how it ended. */
function countEnd({ progress: { rows }, settled }: ObjectRun, before: RowCheckpoint | undefined, functionName: string): void {
  const counts = {
    ...rows && {
      [ROWS_READ]: rows.read - (before?.read ?? 0),
      [ROWS_WRITTEN]: rows.written - (before?.written ?? 0),
      [ROWS_REJECTED]: rows.rejected - (before?.rejected ?? 0),
    },
    ...settled && { [METRIC_OF[settled]]: 1 },
  };
  if (Object.keys(counts).length > 0) count(process.env[METRIC_NAMESPACE]!, METRIC_DIMENSION, functionName, counts);
}
