/** What every program needs: settings, keys, log, metrics, health, shutdown. */
export type { Backlog, ReadBacklog } from './backlog-gauges.ts';
export type { DeliveryMetrics, DispatchResult } from './delivery-metrics.ts';
export { cannotListen, startHealthServer } from './health-server.ts';
export type { HealthServer, HealthServerOptions, Readiness } from './health-server.ts';
export type { HttpRequestSample } from './http-metrics.ts';
export { explainKey, loadApiToken, loadSecretKey } from './keys.ts';
export type { LoadedKey } from './keys.ts';
export { logQuietly } from './log-quietly.ts';
export { createLogger } from './logger.ts';
export type { Logger, LoggerOptions } from './logger.ts';
export { createMetrics } from './metrics.ts';
export type { Metrics } from './metrics.ts';
export { readSettings } from './settings.ts';
export type { LogLevel, Settings } from './settings.ts';
export { SAME_SIGNAL_MS, SHUTDOWN_MARGIN_MS, onShutdown } from './shutdown.ts';
export type { Shutdown, ShutdownOptions, ShutdownStep } from './shutdown.ts';
