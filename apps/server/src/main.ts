/** The server program: the HTTP API on `PORT`. Any number may run beside each other. */
import { networkInterfaces } from 'node:os';
import { HooklaneError } from '@hooklane/core';
import {
  createLogger,
  createMetrics,
  loadApiToken,
  loadSecretKey,
  onShutdown,
  readSettings,
} from '@hooklane/runtime';
import { connectPorts } from './connect-ports.ts';
import { createServer } from './server.ts';
import { logQuietly } from './log-quietly.ts';
import { VERSION } from './version.ts';

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const logger = createLogger({ name: 'server', level: settings.logLevel });
  const metrics = createMetrics('server');
  const [token, key] = await Promise.all([loadApiToken(settings), loadSecretKey(settings)]);
  const redis = connectPorts({
    settings,
    secretKey: key.value,
    onError: logQuietly(logger),
  });
  metrics.setBacklogSource(() => redis.ports.health.readBacklog());
  const app = createServer({
    ports: redis.ports,
    logger,
    metrics,
    apiToken: token.value,
    version: VERSION,
  });
  onShutdown(
    [
      { name: 'answer open requests', run: () => app.close() },
      { name: 'close connections', run: () => redis.close() },
    ],
    { graceMs: settings.graceMs, logger },
  );
  await redis.checkSecretKey().catch((error: unknown) => {
    if (!(error instanceof HooklaneError) || error.code !== 'redis_unavailable') throw error;
    logger.warn({ err: error }, 'Redis is away; requests are answered 503 until it is back');
  });
  const address = await app
    .listen({ port: settings.port, host: anyAddress() })
    .catch(cannotListen(settings.port));
  const { ok, problems } = await redis.ports.health.checkRedis();
  for (const problem of ok ? [] : problems) logger.warn(problem);
  const tokenFrom = token.path ?? 'HOOKLANE_API_TOKEN';
  logger.info({ address, tokenFrom }, 'server ready');
}

/** A port that cannot be had is the operator's to mend. */
function cannotListen(port: number): (error: unknown) => never {
  return (cause) => {
    const detail = `PORT is ${port}, which this server cannot listen on: ${(cause as Error).message}.`;
    throw new HooklaneError('invalid_setting', { field: 'PORT', detail, cause });
  };
}

/** All addresses of this machine; `::` takes IPv4 as well, where there is IPv6 at all. */
function anyAddress(): string {
  const all = Object.values(networkInterfaces()).flat();
  return all.some((address) => address?.family === 'IPv6') ? '::' : '0.0.0.0';
}

main().catch((error: unknown) => {
  const text =
    error instanceof HooklaneError ? `${error.code}: ${error.message}` : String((error as Error).stack);
  process.stderr.write(`server: ${text}\n`);
  process.exit(1);
});
