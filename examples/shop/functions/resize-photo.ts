import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Jimp, JimpMime } from 'jimp';

const LONGEST_SIDE = 320;
const s3 = new S3Client({});

/** The version of a photo that was announced. */
interface Photo {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
  readonly etag: string;
}

class InvalidObject extends Error {
  readonly name = 'InvalidObject'; // the pipeline knows it by name, and does not try again
}

export interface Thumbnail {
  readonly thumbnail: string;
  readonly width: number;
  readonly height: number;
}

/** Puts a thumbnail of a photo under the photo's name, so that another attempt replaces it. */
export async function handler({ object }: { readonly object: Photo }): Promise<Thumbnail> {
  const picture = await decoded(await read(object));
  if (Math.max(picture.width, picture.height) > LONGEST_SIDE) picture.scaleToFit({ w: LONGEST_SIDE, h: LONGEST_SIDE });
  const type = picture.mime === JimpMime.png ? JimpMime.png : JimpMime.jpeg; // a PNG may be transparent
  const thumbnail = object.key.replace('photos/', 'thumbnails/');
  await s3.send(new PutObjectCommand({ Bucket: object.bucket, Key: thumbnail, Body: await picture.getBuffer(type), ContentType: type }));
  return { thumbnail, width: picture.width, height: picture.height };
}

async function read({ bucket, key, versionId, etag }: Photo): Promise<Buffer> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId, IfMatch: etag }));
  return Buffer.from(await Body!.transformToByteArray());
}

async function decoded(bytes: Buffer): Promise<Awaited<ReturnType<typeof Jimp.read>>> {
  try {
    return await Jimp.read(bytes);
  } catch (error) {
    throw new InvalidObject(`it is no picture that can be read: ${(error as Error).message}`);
  }
}
