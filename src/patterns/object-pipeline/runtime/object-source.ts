import { Readable } from 'stream';
import { GetObjectCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ObjectName } from '../contract';

/** Thrown where an object is not there any more. */
export class ObjectGone extends Error {
  public readonly name = 'ObjectGone';
}
/** Thrown where a newer object has taken its place. */
export class ObjectSuperseded extends Error {}

/** The version of an object that was announced, and no other. */
export class ObjectSource {
  constructor(private readonly s3: S3Client, private readonly object: ObjectName) {}

  /** Its bytes from one on. */
  public async open(offset: number): Promise<Readable> {
    if (offset >= this.object.size) return Readable.from([]);
    const { Body } = await this.ofVersion(async (version) => this.s3.send(new GetObjectCommand({ ...version, ...offset > 0 && { Range: `bytes=${offset}-` } })));
    return Body as Readable;
  }

  /** Throws unless it is there. */
  public async check(): Promise<void> {
    await this.ofVersion(async (version) => this.s3.send(new HeadObjectCommand(version)));
  }

  private async ofVersion<T>(read: (version: { Bucket: string; Key: string; VersionId?: string; IfMatch: string }) => Promise<T>): Promise<T> {
    const { bucket, key, versionId, etag } = this.object;
    try {
      return await read({ Bucket: bucket, Key: key, VersionId: versionId, IfMatch: `"${etag}"` });
    } catch (error) {
      const status = statusOf(error);
      if (status === 404) throw new ObjectGone(`${key} was removed`);
      if (status === 412) throw new ObjectSuperseded(`${key} was replaced`);
      throw error;
    }
  }
}

/** Status of an answer of S3 that is an error. */
export function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}
