/** The worker program. Scale this one. `PORT` is the port of /healthz, /readyz and /metrics. */
import './thread-pool.ts';
import { HooklaneError } from '@hooklane/core';
import {
  createLogger,
  createMetrics,
  explainKey,
  loadSecretKey,
  onShutdown,
  readSettings,
  startHealthServer,
  startTracing,
} from '@hooklane/runtime';
import { VERSION } from './version.ts';
import { startWorker } from './worker.ts';

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const logger = createLogger({ name: 'worker', level: settings.logLevel });
  const metrics = createMetrics('worker', VERSION);
  const key = await loadSecretKey(settings);
  const serviceName = settings.serviceName ?? 'hooklane-worker';
  const tracing = await startTracing({ on: settings.tracing, serviceName, version: VERSION });
  const state: { worker: Awaited<ReturnType<typeof startWorker>> | null } = { worker: null };
  const health = await startHealthServer({
    port: settings.port,
    ready: async () =>
      state.worker?.ready() ?? { ok: false, problems: ['The worker is starting: it waits for Redis.'] },
    metrics,
  });
  const shutdown = onShutdown(
    [
      { name: 'stop lanes', run: async () => state.worker?.stop() },
      { name: 'close connections', run: async () => state.worker?.close() },
      { name: 'send the last spans', run: async () => tracing?.close() },
      { name: 'close health server', run: () => health.close() },
    ],
    { graceMs: settings.graceMs, logger },
  );
  state.worker = await startWorker({
    settings,
    secretKey: key.value,
    logger,
    metrics,
    tracing,
    onShardsChanged(error) {
      logger.error({ err: error }, 'the number of shards is being changed: this worker ends');
      shutdown.begin('shards_mismatch');
    },
  }).catch((error: unknown) => {
    if (!(error instanceof HooklaneError) || error.code !== 'secret_key_mismatch') throw error;
    throw new HooklaneError(error.code, { detail: `${error.message} ${explainKey(key)}`, cause: error });
  });
  const { ok, problems } = await state.worker.ready();
  for (const problem of ok ? [] : problems) logger.warn(problem);
  logger.info(
    {
      port: health.port,
      lanes: settings.laneSlots,
      slowLanes: settings.slowLaneSlots,
      shards: settings.shards,
      serves: settings.workerShards,
    },
    'worker ready',
  );
}

main().catch((error: unknown) => {
  const text =
    error instanceof HooklaneError ? `${error.code}: ${error.message}` : String((error as Error).stack);
  process.stderr.write(`worker: ${text}\n`);
  process.exit(1);
});
