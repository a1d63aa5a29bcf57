/** A Redis that speaks TLS, with a certificate of an authority that nobody else knows. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@hooklane/local';
import { createAuthority } from '../tls/authority.ts';
import { startProcessRedis } from './process-redis.ts';

/** A Redis with TLS of a test's own. Call `stop` in `afterAll`. */
export interface TlsRedis {
  /** Of the port with TLS, without a user. */
  readonly port: number;
  /** Without TLS, for whoever looks in. */
  readonly plainPort: number;
  /** The certificate of the authority, as PEM, and the file that has it. */
  readonly ca: string;
  readonly caFile: string;
  stop(): Promise<void>;
}

/** Starts one. `san`: for whom its certificate is, such as `IP:127.0.0.1`. Needs `openssl` and a Redis on PATH. */
export async function startTlsRedis(san: string, args: readonly string[] = []): Promise<TlsRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'hooklane-redis-tls-'));
  const removeFolder = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const { ca, files } = await writeFiles(folder, san);
    const port = await freePort();
    const tls = ['--tls-port', String(port), '--tls-auth-clients', 'no'];
    const redis = await startProcessRedis({
      aof: true,
      args: [...tls, ...files.flatMap(([name, path]) => [`--tls-${name}-file`, path]), ...args],
    });
    const stop = async (): Promise<void> => {
      await redis.stop();
      await removeFolder();
    };
    return { port, plainPort: redis.port, ca, caFile: join(folder, 'ca-cert'), stop };
  } catch (error) {
    await removeFolder();
    throw error;
  }
}

async function writeFiles(folder: string, san: string): Promise<{ ca: string; files: [string, string][] }> {
  const authority = await createAuthority();
  try {
    const [{ key, cert }, ca] = [await authority.issue(san), await authority.certificate()];
    const texts = { key, cert, 'ca-cert': ca };
    const files = Object.keys(texts).map((name): [string, string] => [name, join(folder, name)]);
    for (const [name, text] of Object.entries(texts)) await writeFile(join(folder, name), text);
    return { ca, files };
  } finally {
    await authority.dispose();
  }
}
