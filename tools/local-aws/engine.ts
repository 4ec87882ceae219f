/** The local engine: MiniStack in a virtual environment, with what this project teaches it. */
import { execFileSync } from 'child_process';
import { createHash } from 'crypto';
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { createServer } from 'net';
import { join } from 'path';
import { DeleteBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import { lock } from 'proper-lockfile';
import { bin, log, root, run, scratch, start } from '../process';

export const ACCOUNT = '111122223333';
const REGION = 'us-east-1';

export interface Engine {
  readonly endpoint: string;
  /** Environment of a process that uses the engine as AWS. */
  readonly env: NodeJS.ProcessEnv;
  /** Options of an AWS SDK client. */
  readonly client: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };
}

export interface EngineOptions {
  /** Port on 127.0.0.1. @default - a free one */
  readonly port?: number;
  /** Mends to leave out, by the names of their files. @default - none */
  readonly without?: string[];
  /** Further environment of the engine and the functions that it runs. @default - none */
  readonly env?: NodeJS.ProcessEnv;
}

/** A virtual environment with hash-pinned packages: made once, and again when the requirements change. Gives the path of its Python. */
export async function virtualEnvironment(name: string, requirements: string): Promise<string> {
  const folder = process.env.LOCAL_AWS_CACHE ?? join(root, '.tmp');
  const venv = join(folder, `venv-${name}`);
  const python = join(venv, 'bin/python');
  const stamp = join(venv, '.requirements');
  const hash = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  const isReady = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;
  if (isReady()) return python;
  mkdirSync(folder, { recursive: true });
  // two demos may start at once
  const release = await lock(folder, { lockfilePath: `${venv}.lock`, retries: { retries: 300, minTimeout: 500, maxTimeout: 500 } });
  try {
    if (isReady()) return python;
    log(`preparing ${name} in a virtual environment (once, about 15 s)`);
    rmSync(venv, { recursive: true, force: true });
    await run('python -m venv', findPython(), ['-m', 'venv', venv], 60);
    await run('pip install', python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--require-hashes', '-r', requirements], 180);
    writeFileSync(stamp, hash);
    return python;
  } finally {
    await release();
  }
}

function findPython(): string {
  for (const name of ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python']) {
    try {
      execFileSync(name, ['-c', 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))'], { stdio: 'ignore' });
      return name;
    } catch { /* the next one */ }
  }
  throw new Error('Python 3.10 or newer, with venv, is needed to run the local engine, and none was found on the PATH');
}

/** A port that nobody uses; with a wish, that one or an error. */
async function freePort(wish = 0): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', () => fail(new Error(`port ${wish} of 127.0.0.1 is in use: choose another one, or none`)));
    server.listen(wish, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });
}

/** The Python that the engine runs on; beside it is the AWS CLI. */
export async function localPython(): Promise<string> {
  return virtualEnvironment('ministack', join(__dirname, 'requirements.txt'));
}

export async function startEngine(options: EngineOptions = {}): Promise<Engine> {
  const port = await freePort(options.port);
  const python = await localPython();
  const endpoint = `http://127.0.0.1:${port}`;
  const functions = join(scratch, `engine-${port}`); // functions find the SDK from here upwards
  const logFile = join(scratch, `engine-${port}.log`);
  mkdirSync(functions, { recursive: true });
  const out = openSync(logFile, 'w');
  const child = start(python, [join(__dirname, 'start.py')], {
    stdio: ['ignore', out, out],
    env: {
      ...process.env,
      GATEWAY_PORT: `${port}`,
      BIND_HOST: '127.0.0.1',
      MINISTACK_HOST: '127.0.0.1',
      MINISTACK_ACCOUNT_ID: ACCOUNT,
      MINISTACK_REGION: REGION,
      IOT_MTLS_ENABLED: '0',
      SFTP_ENABLED: '0',
      DOCKER_HOST: 'unix:///nonexistent',
      LAMBDA_EXECUTOR: 'local',
      SFN_WAIT_SCALE: '0.01',
      AUTH: 'true',
      PYTHONDONTWRITEBYTECODE: '1',
      TMPDIR: functions,
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
      LOCAL_AWS_WITHOUT: options.without?.join(',') ?? '',
      ...options.env,
    },
  });
  for (let i = 0; ; i++) {
    if (child.exitCode !== null || i > 300) {
      throw new Error(`the local engine did not start\n${readFileSync(logFile, 'utf8').slice(-3000)}`);
    }
    if (await fetch(`${endpoint}/_ministack/health`).then((answer) => answer.ok, () => false)) break;
    await new Promise((next) => setTimeout(next, 100));
  }
  log(`local engine ready at ${endpoint}`);
  const credentials = { accessKeyId: ACCOUNT, secretAccessKey: 'test' };
  return {
    endpoint,
    client: { endpoint, region: REGION, credentials },
    env: {
      ...process.env,
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
      AWS_EC2_METADATA_DISABLED: 'true',
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      LOCAL_AWS: endpoint,
    },
  };
}

/** `cdk bootstrap`; the staging bucket then loses its TLS-only policy, which would shut out plain http. */
export async function bootstrap(engine: Engine, region = REGION): Promise<void> {
  await run('cdk bootstrap', bin('cdk'), ['bootstrap', `aws://${ACCOUNT}/${region}`], 60, { env: engine.env, cwd: scratch });
  const s3 = new S3Client({ ...engine.client, region, forcePathStyle: true });
  await s3.send(new DeleteBucketPolicyCommand({ Bucket: `cdk-hnb659fds-assets-${ACCOUNT}-${region}` }));
}

/** Where the local engine answers what has this address on AWS. */
export function localUrl(engine: Engine, url: string): string {
  const [, api, stage, path] = /^https:\/\/([^.]+)\.execute-api\.[^/]+\/([^/]+)\/(.*)$/.exec(url) ?? [];
  if (!api) throw new Error(`${url} is not the address of a REST API`);
  return `${engine.endpoint}/restapis/${api}/${stage}/_user_request_/${path}`;
}
