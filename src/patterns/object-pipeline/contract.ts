/** Where objects arrive and where they go, both as the beginning of a key. */
export const INPUT_PREFIX = 'INPUT_PREFIX';
export const OUTPUT_PREFIX = 'OUTPUT_PREFIX';
export const QUEUE_URL = 'QUEUE_URL';
export const DEAD_LETTER_QUEUE_URL = 'DEAD_LETTER_QUEUE_URL';
/** Name of the table that holds what is known of each object. */
export const STATUS_TABLE = 'STATUS_TABLE';
/** For how long a run has an object to itself. */
export const LEASE_SECONDS = 'LEASE_SECONDS';
/** How many runs may end without having got further. */
export const MAX_ATTEMPTS = 'MAX_ATTEMPTS';
/** ARN of the user's function: the processor, or the transform of rows. */
export const FUNCTION_ARN = 'FUNCTION_ARN';
/** Longest time that it takes. */
export const FUNCTION_SECONDS = 'FUNCTION_SECONDS';
/** Name of the table that rows go to. */
export const TABLE_NAME = 'TABLE_NAME';
/** `RowSettings` as JSON, where objects are rows. */
export const ROWS = 'ROWS';
/** Where completions go: a `CompletionKind`, and the URL of a queue, ARN of a topic or name of a bus. */
export const COMPLETION_KIND = 'COMPLETION_KIND';
export const COMPLETION_ADDRESS = 'COMPLETION_ADDRESS';
/** Where metrics are counted. */
export const METRIC_NAMESPACE = 'METRIC_NAMESPACE';

/** As Lambda names it in its own metrics: the function that works is one of the pipeline's alone. */
export const METRIC_DIMENSION = 'FunctionName';
export const ROWS_READ = 'RowsRead';
export const ROWS_WRITTEN = 'RowsWritten';
export const ROWS_REJECTED = 'RowsRejected';
export const OBJECTS_PROCESSED = 'ObjectsProcessed';
export const OBJECTS_FAILED = 'ObjectsFailed';
export const OBJECTS_SKIPPED = 'ObjectsSkipped';

/** Folders below the output prefix. */
export const PROCESSED = 'processed/';
export const FAILED = 'failed/';
export const REJECTED = 'rejected/';

export enum CompletionKind {
  QUEUE = 'queue',
  TOPIC = 'topic',
  EVENT_BUS = 'eventBus',
}

/** Name of the error by which the user's function says that no further attempt helps. */
export const INVALID_OBJECT = 'InvalidObject';

/** Type of the attribute that a column becomes. */
export enum ColumnType {
  STRING = 'S',
  NUMBER = 'N',
  BOOLEAN = 'BOOL',
}

/** What the worker has to know of rows. */
export interface RowSettings {
  readonly format: CsvSettings | JsonLinesSettings;
  /** Partition key, and sort key if there is one. */
  readonly keys: string[];
  readonly maxRejectedPercent: number;
}

export interface CsvSettings {
  readonly kind: 'csv';
  readonly delimiter: string;
  /** Names of the columns, where the object has no header. */
  readonly columns?: string[];
  readonly columnTypes: Record<string, ColumnType>;
  readonly gzip: boolean;
  readonly maxRowBytes: number;
}

export interface JsonLinesSettings {
  readonly kind: 'jsonLines';
  readonly gzip: boolean;
  readonly maxRowBytes: number;
}

/** How far an object's rows are done: all before `offset` are written or rejected, none after it counts. */
export interface RowCheckpoint {
  /** In bytes of the text: where it is compressed, of what it is decompressed to. */
  readonly offset: number;
  /** Line feeds before the offset. */
  readonly line: number;
  readonly header?: string[];
  readonly read: number;
  readonly written: number;
  readonly rejected: number;
  /** Files of rejected rows that count. */
  readonly rejectParts: number;
  /** Line and reason of the first of them, for messages. */
  readonly firstReject?: string;
}

/** A row that was not written. */
export interface RejectedRow {
  /** Of the object, counted from 1. */
  readonly line: number;
  readonly reason: string;
  readonly row: unknown;
}

/** What the user's transform gets. `n` is the row's number in the call. */
export interface TransformEvent {
  readonly object: ObjectName;
  readonly rows: Array<{ readonly n: number; readonly row: unknown }>;
}

/** What it answers: each `n` has to come back, as any number of items or as one reject. */
export interface TransformAnswer {
  readonly items?: Array<{ readonly n: number; readonly item: Record<string, unknown> }>;
  readonly rejects?: Array<{ readonly n: number; readonly reason: string }>;
}

/** The version of an object that was announced. */
export interface ObjectName {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
  readonly etag: string;
  readonly size: number;
}
