import { Token } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { IConstruct } from 'constructs';
import { inputError } from '../../foundation/input-error';
import { mark, marked } from '../../foundation/mark';

const PIPELINES = 'objectPipelines';

/** Which objects of a bucket a pipeline takes, and where it puts others. */
export interface ObjectPaths {
  readonly prefix: string;
  readonly suffixes?: string[];
  readonly outputPrefix: string;
}

interface Pipeline extends ObjectPaths {
  readonly path: string;
}

/** Refuses paths by which a pipeline would take what it, or another one, has put, or two of them would take the same. */
export function checkPaths(scope: IConstruct, bucket: s3.IBucket, paths: ObjectPaths): void {
  const { prefix, suffixes, outputPrefix } = paths;
  checkKey('prefix', prefix);
  checkKey('outputPrefix', outputPrefix);
  if (suffixes?.length === 0) throw inputError('suffixes', 'must name at least one, or be left out for all objects', '[]');
  for (const suffix of suffixes ?? []) checkKey('suffixes', suffix);
  if (nest(prefix, outputPrefix)) {
    throw inputError('outputPrefix', `must not begin with the prefix '${prefix}', nor the prefix with it: what is put would be processed again (it is the id of the construct unless you say otherwise)`, outputPrefix);
  }
  const known = pipelinesOf(scope, bucket);
  for (const other of known) {
    const isSame = nest(prefix, other.prefix) && haveCommon(suffixes, other.suffixes);
    if (isSame) throw inputError('prefix', `must not take objects that ${other.path} takes from the same bucket, those under '${other.prefix}'${other.suffixes ? ` that end with ${other.suffixes.join(', ')}` : ''}`, prefix);
    if (nest(prefix, other.outputPrefix)) throw inputError('prefix', `must not be where ${other.path} puts its output, '${other.outputPrefix}'`, prefix);
    if (nest(outputPrefix, other.prefix)) throw inputError('outputPrefix', `must not be where ${other.path} takes its objects, '${other.prefix}'`, outputPrefix);
    if (nest(outputPrefix, other.outputPrefix)) throw inputError('outputPrefix', `must not be where ${other.path} puts its output, '${other.outputPrefix}'`, outputPrefix);
  }
  known.push({ ...paths, path: scope.node.path });
}

/** Pipelines of the app on one bucket, also where it was imported twice. */
function pipelinesOf(scope: IConstruct, bucket: s3.IBucket): Pipeline[] {
  const { root } = scope.node;
  const known: Map<string, Pipeline[]> = marked(root, PIPELINES) ?? mark(root, PIPELINES, new Map());
  const ofBucket = known.get(bucket.bucketName) ?? [];
  known.set(bucket.bucketName, ofBucket);
  return ofBucket;
}

function checkKey(prop: string, key: string): void {
  if (Token.isUnresolved(key)) throw inputError(prop, 'must be known at synthesis', 'a token');
  if (key === '') throw inputError(prop, 'must not be empty', key);
  if (key.startsWith('/')) throw inputError(prop, 'must not begin with a slash: keys of S3 have none there', key);
  if (/[*?]|\$\{/.test(key)) throw inputError(prop, 'must hold no *, no ? and no ${, which mean something else in policies and rules (a suffix is such as .csv)', key);
  if (Buffer.byteLength(key) > 256) throw inputError(prop, 'must have at most 256 bytes', key);
}

function nest(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}

function haveCommon(some: string[] = [''], others: string[] = ['']): boolean {
  return some.some((one) => others.some((other) => one.endsWith(other) || other.endsWith(one)));
}
