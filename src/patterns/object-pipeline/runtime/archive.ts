import {
  AbortMultipartUploadCommand, CompletedPart, CompleteMultipartUploadCommand, CopyObjectCommand, CreateMultipartUploadCommand, DeleteObjectCommand,
  GetObjectTaggingCommand, HeadObjectCommand, S3Client, UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { statusOf } from './object-source';
import { ObjectName } from '../contract';

/** Above it, S3 copies in parts only. */
const COPY_LIMIT = 5 * 1024 ** 3;
const PART_SIZE = 512 * 1024 ** 2;
const MOST_PARTS = 10_000;
const AT_ONCE = 8;

/** Moves objects within their bucket: a copy, and a delete of what was copied, each only while it is the version that is meant. */
export class Archive {
  constructor(private readonly s3: S3Client, private readonly copyLimit = COPY_LIMIT, private readonly partSize = PART_SIZE) {}

  /** Says whether it is where it was to be; otherwise there was nothing to move. */
  public async move(object: ObjectName, target: string): Promise<boolean> {
    const { bucket, key, etag } = object;
    try {
      if (object.size > this.copyLimit) await this.copyParts(object, target);
      else await this.s3.send(new CopyObjectCommand({ ...sourceOf(object), Bucket: bucket, Key: target }));
    } catch (error) {
      if (!isMissing(error)) throw error;
      if (!await this.has(bucket, target)) return false;
    }
    try {
      await this.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, IfMatch: `"${etag}"` })); // of no version: a newer one stays, and an older one, too
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
    return true;
  }

  private async has(bucket: string, key: string): Promise<boolean> {
    try {
      await this.s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
      return true;
    } catch (error) {
      if (statusOf(error) !== 404) throw error;
      return false;
    }
  }

  private async copyParts(object: ObjectName, target: string): Promise<void> {
    const where = { Bucket: object.bucket, Key: target };
    const { UploadId } = await this.s3.send(new CreateMultipartUploadCommand({ ...await this.attributesOf(object), ...where }));
    try {
      const Parts = await this.copyEach(object, { ...where, UploadId });
      await this.s3.send(new CompleteMultipartUploadCommand({ ...where, UploadId, MultipartUpload: { Parts } }));
    } catch (error) {
      await this.s3.send(new AbortMultipartUploadCommand({ ...where, UploadId }));
      throw error;
    }
  }

  private async copyEach(object: ObjectName, upload: { Bucket: string; Key: string; UploadId: string | undefined }): Promise<CompletedPart[]> {
    const size = Math.max(this.partSize, Math.ceil(object.size / MOST_PARTS));
    const starts = Array.from({ length: Math.ceil(object.size / size) }, (_, n) => n * size);
    const parts: CompletedPart[] = [];
    const left = starts.entries();
    const ends = await Promise.allSettled(Array.from({ length: AT_ONCE }, async () => {
      for (const [n, start] of left) {
        const CopySourceRange = `bytes=${start}-${Math.min(start + size, object.size) - 1}`;
        const PartNumber = n + 1;
        const { CopyPartResult } = await this.s3.send(new UploadPartCopyCommand({ ...sourceOf(object), ...upload, PartNumber, CopySourceRange }));
        parts[n] = { PartNumber, ETag: CopyPartResult!.ETag };
      }
    }));
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed) throw failed.reason;
    return parts;
  }

  /** What CopyObject takes over by itself. */
  private async attributesOf({ bucket, key, versionId, etag }: ObjectName): Promise<object> {
    const version = { Bucket: bucket, Key: key, VersionId: versionId };
    const head = await this.s3.send(new HeadObjectCommand({ ...version, IfMatch: `"${etag}"` }));
    const { ContentType, ContentEncoding, ContentDisposition, ContentLanguage, CacheControl, Metadata } = head;
    const { TagSet = [] } = await this.s3.send(new GetObjectTaggingCommand(version));
    const Tagging = new URLSearchParams(TagSet.map(({ Key, Value }): [string, string] => [Key!, Value!])).toString();
    return { ContentType, ContentEncoding, ContentDisposition, ContentLanguage, CacheControl, Metadata, ...TagSet.length > 0 && { Tagging } };
  }
}

/** The SDK sends it as it is, so it is encoded here. */
function sourceOf({ bucket, key, versionId, etag }: ObjectName): { CopySource: string; CopySourceIfMatch: string } {
  const path = `${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
  return { CopySource: versionId ? `${path}?versionId=${encodeURIComponent(versionId)}` : path, CopySourceIfMatch: `"${etag}"` };
}

function isMissing(error: unknown): boolean {
  return [404, 412].includes(statusOf(error) ?? 0);
}
