import { ObjectName } from '../contract';

/** What EventBridge says of an object that was put. */
export interface Announcement {
  readonly object: ObjectName;
  /** Greater for a later event of the same key, by the order of texts. */
  readonly sequencer: string;
  /** When it was put: `2026-11-21`. */
  readonly day: string;
}

/**
 * Reads the event. Its key is not encoded, other than in notifications of S3's own.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
export function announcementOf(body: string): Announcement {
  const { time, detail } = JSON.parse(body);
  const { key, etag, size, sequencer, 'version-id': versionId } = detail.object;
  const texts = [time, detail.bucket.name, key, etag, sequencer];
  if (texts.some((text) => typeof text !== 'string' || text === '') || typeof size !== 'number') throw new Error('it is no event of an object that was created');
  return { object: { bucket: detail.bucket.name, key, versionId, etag, size }, sequencer, day: time.slice(0, 10) };
}
