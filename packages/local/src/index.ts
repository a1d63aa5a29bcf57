/** A private Redis and supervised processes for one machine. */
export { findProgram } from './find-program.ts';
export { findRedis } from './find-redis.ts';
export type { FindRedisOptions } from './find-redis.ts';
export { freePort, isPortFree } from './free-port.ts';
export type { LocalRedis, LocalRedisKind } from './local-redis.ts';
export { isAlive } from './process-signals.ts';
export { UsageError, runMain } from './run-main.ts';
export type { Command } from './run-main.ts';
export { startProcess } from './start-process.ts';
export type { ProcessEnd, ProcessSpec, RunningProcess } from './start-process.ts';
export { createSupervisor } from './supervisor.ts';
export type { Supervisor, SupervisorOptions } from './supervisor.ts';
export { waitUntil } from './wait-until.ts';
export type { WaitBound } from './wait-until.ts';
