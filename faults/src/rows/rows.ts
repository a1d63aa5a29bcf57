/** All rows, in the order of the table. */
import type { FaultResult } from '../kit/fault.ts';
import type { Fault } from '../kit/fault.ts';
import type { RedisUnderTest } from '../kit/house.ts';
import { runFault } from '../kit/run-fault.ts';
import type { RunOptions } from '../kit/run-fault.ts';
import { CONNECTIONS_CUT, QUEUE_KEYS_DELETED, REDIS_FULL, REDIS_KILL, REDIS_PAUSE } from './redis.ts';
import { CLUSTER_MASTER_KILL, REDIS_FAILOVER, REPLICA_BEHIND, SENTINEL_FAILOVER } from './failover.ts';
import { CLUSTER_MASTER_HANG, SENTINEL_MASTER_HANG } from './hang.ts';
import { CLOCK_STEPS, LOOP_BLOCKED } from './inside-workers.ts';
import { REDIS_CLOCK_STEPS } from './redis-clock.ts';
import { SPOOL_DISK_FULL } from './spool.ts';
import { SERVER_KILL } from './server.ts';
import { ROLLING_RESTART, SHARDS_WORKER_KILL, WORKER_KILL_ALL, WORKER_KILL_ONE } from './workers.ts';

/** A row that can be run. */
export interface Row {
  name: string;
  title: string;
  run: (options: RunOptions) => Promise<FaultResult>;
}

function rowOf<R extends RedisUnderTest>(fault: Fault<R>): Row {
  return { name: fault.name, title: fault.title, run: (options) => runFault(fault, options) };
}

/** Every row. */
export const ROWS: readonly Row[] = [
  rowOf(WORKER_KILL_ONE),
  rowOf(WORKER_KILL_ALL),
  rowOf(SHARDS_WORKER_KILL),
  rowOf(ROLLING_RESTART),
  rowOf(SERVER_KILL),
  rowOf(REDIS_KILL),
  rowOf(REDIS_PAUSE),
  rowOf(CONNECTIONS_CUT),
  rowOf(QUEUE_KEYS_DELETED),
  rowOf(REDIS_FULL),
  rowOf(REDIS_FAILOVER),
  rowOf(REPLICA_BEHIND),
  rowOf(SENTINEL_FAILOVER),
  rowOf(SENTINEL_MASTER_HANG),
  rowOf(CLUSTER_MASTER_KILL),
  rowOf(CLUSTER_MASTER_HANG),
  rowOf(LOOP_BLOCKED),
  rowOf(CLOCK_STEPS),
  rowOf(REDIS_CLOCK_STEPS),
  rowOf(SPOOL_DISK_FULL),
];

/** The rows of the short form. */
export const SHORT_ROWS: readonly string[] = [
  'worker-kill-all',
  'rolling-restart',
  'server-kill',
  'connections-cut',
  'cluster-master-kill',
];
