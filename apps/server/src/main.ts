/** The server program: the HTTP API on `PORT`. Any number may run beside each other. */
import { networkInterfaces } from 'node:os';
import { HooklaneError } from '@hooklane/core';
import {
  cannotListen,
  createLogger,
  createMetrics,
  explainKey,
  loadApiToken,
  loadSecretKey,
  logQuietly,
  onShutdown,
  readSettings,
} from '@hooklane/runtime';
import { type ConnectedPorts, connectPorts } from './connect-ports.ts';
import { createServer } from './server.ts';
import { VERSION } from './version.ts';

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const logger = createLogger({ name: 'server', level: settings.logLevel });
  const metrics = createMetrics('server', VERSION);
  const [token, key] = await Promise.all([loadApiToken(settings), loadSecretKey(settings)]);
  const redis = connectPorts({
    settings,
    secretKey: key.value,
    onError: logQuietly(logger),
    onCall: (call) => metrics.redisCall(call),
  });
  metrics.setBacklogSource(() => redis.readGauges());
  const app = createServer({
    ports: redis.ports,
    logger,
    metrics,
    apiToken: token.value,
    requestLimits: { perToken: settings.rateLimit, failures: settings.authFailureLimit },
    version: VERSION,
  });
  const shutdown = onShutdown(
    [
      { name: 'answer open requests', run: () => app.close() },
      { name: 'close connections', run: () => redis.close() },
    ],
    { graceMs: settings.graceMs, logger },
  );
  redis.watchShards((error) => {
    logger.error({ err: error }, 'the number of shards is being changed: this server ends');
    shutdown.begin('shards_mismatch');
  });
  await checkRedisData(redis).catch((error: unknown) => {
    if (!(error instanceof HooklaneError)) throw error;
    if (error.code === 'shards_mismatch') throw error;
    if (error.code !== 'redis_unavailable') {
      throw new HooklaneError(error.code, { detail: `${error.message} ${explainKey(key)}`, cause: error });
    }
    logger.warn({ err: error }, 'Redis is away; requests are answered 503 until it is back');
  });
  const address = await app.listen({ port: settings.port, host: anyAddress() }).catch((error: unknown) => {
    throw cannotListen(settings.port, error);
  });
  const { ok, problems } = await redis.ports.health.checkRedis();
  for (const problem of ok ? [] : problems) logger.warn(problem);
  const tokenFrom = token.path ?? 'HOOKLANE_API_TOKEN';
  const keyFrom = key.path ?? 'HOOKLANE_SECRET_KEY';
  logger.info({ address, tokenFrom, keyFrom }, 'server ready');
}

/** The shards first: what Redis keeps of the key says whether it is new. */
async function checkRedisData(redis: ConnectedPorts): Promise<void> {
  await redis.checkShards();
  await redis.ports.checks.checkSecretKey();
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
