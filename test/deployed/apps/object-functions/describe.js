// Reads an object, and does what its key says.
const { GetObjectCommand, S3Client } = require('@aws-sdk/client-s3');

const s3 = new S3Client({});
const seen = new Set();

exports.handler = async ({ object: { bucket, key, etag, versionId } }) => {
  const isFirst = !seen.has(key);
  seen.add(key);
  if (key.includes('poison')) throw Object.assign(new Error('it is no photo'), { name: 'InvalidObject' });
  if (key.includes('broken')) throw new TypeError('it cannot be read');
  if (key.includes('flaky') && isFirst) throw new Error('try it again');
  if (key.includes('large')) return 'x'.repeat(70_000);
  if (key.includes('endless')) await new Promise((next) => setTimeout(next, 60_000));
  if (key.includes('slow')) await new Promise((next) => setTimeout(next, 1500));
  const { Body, ContentType } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId, IfMatch: etag }));
  return { text: await Body.transformToString(), type: ContentType };
};
