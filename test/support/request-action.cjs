/** The action of a request of the AWS SDK, as IAM names it without its service; of Lambda there is but `Invoke`. */
exports.actionOf = (method, path, headers, body = '') => {
  const { pathname, searchParams } = new URL(path, 'http://aws');
  const target = headers['x-amz-target'];
  if (target) return String(target).split('.').at(-1);
  if (pathname.endsWith('/invocations')) return 'Invoke';
  if (searchParams.has('x-id')) return searchParams.get('x-id');
  if (searchParams.has('uploads')) return 'CreateMultipartUpload';
  if (searchParams.has('uploadId')) return method === 'DELETE' ? 'AbortMultipartUpload' : 'CompleteMultipartUpload';
  if (searchParams.has('tagging')) return 'GetObjectTagging';
  if (method === 'HEAD') return 'HeadObject';
  return new URLSearchParams(String(body)).get('Action') ?? `${method} ${pathname}`;
};
