/** A master that hangs rather than dies: another server takes over, and later the old one comes back and thinks that nothing was. */
import { eventually, startRedisCluster, startSentinel } from '@hooklane/testkit';
import type { RedisCluster, SentinelHouse, TestRedis } from '@hooklane/testkit';
import type { Fault, FaultContext } from '../kit/fault.ts';
import type { House } from '../kit/house.ts';

const TOLD_TO_THE_DEAF =
  'the result of a try was written to the master that hung only, or could not be written before the lease had ended';

/** Beyond that nobody speaks to it any more: a client waits 10 s for an answer, one that waits for jobs 20 s. */
const HUNG_MS = 25_000;
/** Long enough for a vote on a machine that is busy, ms. */
const TAKEN_OVER_MS = 60_000;

/** Who is the master at present, and when all are in step again. */
interface Masters {
  master: () => Promise<TestRedis>;
  ready: () => Promise<void>;
}

/** SIGSTOP, until another one has taken over and for 25 s at least; then SIGCONT. */
async function hang(
  { mended }: Pick<House, 'mended'>,
  { say, pause, short }: FaultContext,
  { master, ready }: Masters,
): Promise<void> {
  const hung = await master();
  const at = performance.now();
  await hung.pause();
  const tookOver = async (): Promise<void> => {
    if ((await master()).port === hung.port) throw new Error('No other server has taken over.');
  };
  await eventually(tookOver, { timeoutMs: TAKEN_OVER_MS, everyMs: 100 });
  const tookMs = performance.now() - at;
  say(`after ${(tookMs / 1000).toFixed(1)} s a replica has taken over`);
  mended();
  await pause(Math.max(0, (short ? 12_000 : HUNG_MS) - tookMs));
  await hung.resume();
  say('the old master goes on');
  await ready();
}

/** The row `cluster-master-hang`. */
export const CLUSTER_MASTER_HANG: Fault<RedisCluster> = {
  name: 'cluster-master-hang',
  title:
    'Redis Cluster, three masters, three replicas: the master that has everything hangs for 25 s (SIGSTOP), and comes back after a replica has taken over',
  repeats: TOLD_TO_THE_DEAF,
  startRedis: () => startRedisCluster({ args: ['--appendfsync', 'always'] }),
  inject: (house, context) =>
    hang(house, context, {
      master: () => house.redis.masterOf('{h0}:'),
      ready: () => house.redis.ready(),
    }),
};

/** The row `sentinel-master-hang`. */
export const SENTINEL_MASTER_HANG: Fault<SentinelHouse> = {
  name: 'sentinel-master-hang',
  title:
    'three Sentinels: the master hangs for 25 s (SIGSTOP), and comes back after they have made its replica the master',
  repeats: TOLD_TO_THE_DEAF,
  startRedis: () => startSentinel({ args: ['--appendfsync', 'always'] }),
  inject: (house, context) =>
    hang(house, context, { master: () => house.redis.master(), ready: () => house.redis.ready() }),
};
