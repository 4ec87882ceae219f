/** Name of the table. */
export const TABLE_NAME = 'TABLE_NAME';
/** Names of its keys, as JSON. */
export const KEY_NAMES = 'KEY_NAMES';
/** Name of the attribute that says how old an item is, and how it does. */
export const TIMESTAMP = 'TIMESTAMP';
export const TIMESTAMP_FORMAT = 'TIMESTAMP_FORMAT';
export const OLDER_THAN_SECONDS = 'OLDER_THAN_SECONDS';
/** Parts of the table that are read side by side. */
export const SEGMENTS = 'SEGMENTS';
/** There when nothing is to be deleted. */
export const DRY_RUN = 'DRY_RUN';
/** Where metrics are counted, and what their dimension is called. */
export const METRIC_NAMESPACE = 'METRIC_NAMESPACE';
export const METRIC_DIMENSION = 'METRIC_DIMENSION';

export const SCANNED_ITEMS = 'ScannedItems';
export const DELETED_ITEMS = 'DeletedItems';

/** Error of a run that would delete more than it may. */
export const TOO_MANY_DELETES = 'TooManyDeletes';

/**
 * How an attribute says when.
 */
export enum TimestampFormat {
  /**
   * A text such as `2026-11-10T03:00:00Z`. One without zone is taken for the latest time that it can mean anywhere, and so is a date.
   */
  ISO_8601 = 'ISO_8601',

  /**
   * A number of seconds since 1970.
   */
  EPOCH_SECONDS = 'EPOCH_SECONDS',

  /**
   * A number of milliseconds since 1970.
   */
  EPOCH_MILLISECONDS = 'EPOCH_MILLISECONDS',
}

/** What a call of the sweeper gets. */
export interface SweepEvent {
  readonly scheduledTime: string;
  readonly stateMachine: string;
  /** How far the calls before came; empty at the beginning. */
  readonly progress: Partial<SweepProgress>;
  /** How many items this call may try to delete. Without it, any number. */
  readonly allowance?: number;
}

/** What it answers. */
export interface SweepAnswer {
  /** Whether there is more to do. */
  readonly more: boolean;
  /** How much of the allowance it took. */
  readonly used: number;
  readonly progress: SweepProgress;
}

export interface SweepProgress {
  readonly segments: SweepSegment[];
  readonly counts: SweepCounts;
}

/** A part of the table, and the key of the last item that was dealt with. */
export interface SweepSegment {
  key?: PackedKey;
  done: boolean;
}

/** The key of an item, its binary values in Base64. */
export type PackedKey = Record<string, { S?: string; N?: string; B?: string }>;

export interface SweepCounts {
  scanned: number;
  /** Older than the limit. */
  old: number;
  deleted: number;
  /** Old when it was read, and another or gone when it was to be deleted. */
  kept: number;
  /** Nothing there, or something else, that proves how old it is. */
  unproven: number;
}
