import { createPublicKey, generateKeyPairSync, KeyObject } from 'crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { createServer, Server } from 'https';
import { tmpdir } from 'os';
import { join } from 'path';
import { sign, SignOptions } from 'jsonwebtoken';
import { generate } from 'selfsigned';

interface Key { readonly kid: string; readonly private: KeyObject }

/** An OpenID Connect issuer on 127.0.0.1: discovery document and key set over TLS, keys that can be rotated, and tokens. */
export class Issuer {
  public static async start(): Promise<Issuer> {
    const certificate = await generate([{ name: 'commonName', value: 'issuer' }], {
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '0.0.0.0' }] }],
    });
    const issuer = new Issuer(certificate.private, certificate.cert);
    await new Promise<void>((done) => issuer.server.listen(0, '127.0.0.1', done));
    return issuer;
  }

  /** File with the certificate, for `NODE_EXTRA_CA_CERTS`. */
  public readonly caFile: string;
  public readonly requests: string[] = [];
  public broken = false;
  private readonly folder = mkdtempSync(join(tmpdir(), 'issuer-'));
  private readonly server: Server;
  private keys = [newKey('first')];

  private constructor(key: string, cert: string) {
    this.caFile = join(this.folder, 'ca.pem');
    writeFileSync(this.caFile, cert);
    this.server = createServer({ key, cert }, (request, response) => {
      this.requests.push(request.url!);
      if (this.broken) return response.writeHead(500).end();
      if (request.url === '/.well-known/openid-configuration') return response.end(JSON.stringify({ issuer: this.url, jwks_uri: `${this.url}/keys` }));
      if (request.url === '/keys') return response.end(JSON.stringify({ keys: this.keys.map(published) }));
      return response.writeHead(404).end();
    });
  }

  /** Not by the name of the loopback interface, since the local engine turns https to that into http. */
  public get url(): string {
    return `https://0.0.0.0:${(this.server.address() as { port: number }).port}`;
  }

  public get key(): KeyObject {
    return this.keys[0].private;
  }

  public rotate(kid: string): void {
    this.keys = [newKey(kid)];
  }

  public token(claims: object = {}, options: SignOptions = {}, key = this.keys[0]): string {
    const standard = { iss: this.url, sub: 'ada', aud: 'orders', ...claims };
    return sign(standard, key.private, { algorithm: 'RS256', keyid: key.kid, expiresIn: 60, ...options });
  }

  /** A token that is right but for its signature, made with a key of the same name. */
  public forged(): string {
    return this.token({}, {}, newKey(this.keys[0].kid));
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function newKey(kid: string): Key {
  return { kid, private: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey };
}

function published({ kid, private: key }: Key) {
  return { ...createPublicKey(key).export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' };
}
