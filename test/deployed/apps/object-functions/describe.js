// Reads an object, and does what its key says.
const { GetObjectCommand, S3Client } = require('@aws-sdk/client-s3');

const s3 = new S3Client({});
let flaky = 0;

exports.handler = async ({ object: { bucket, key, etag, versionId } }) => {
  if (key.includes('poison')) throw Object.assign(new Error('it is no photo'), { name: 'InvalidObject' });
  if (key.includes('broken')) throw new TypeError('it cannot be read');
  if (key.includes('flaky') && flaky++ % 2 === 0) throw new Error('try it again');
  if (key.includes('large')) return 'x'.repeat(70_000);
  const { Body, ContentType } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId, IfMatch: etag }));
  return { text: await Body.transformToString(), type: ContentType };
};
