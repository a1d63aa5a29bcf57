/** Another server takes over from the one that wrote: behind one address, by Sentinels, in a Cluster. */
import { eventually, startRedisCluster, startSentinel, startTcpProxy } from '@hooklane/testkit';
import type { RedisCluster, SentinelHouse, TcpProxy, TestRedis } from '@hooklane/testkit';
import type { Fault, FaultContext } from '../kit/fault.ts';
import type { House } from '../kit/house.ts';
import { startPlainRedis, withAdmin } from './plain-redis.ts';

const TOLD_TO_THE_DEAD =
  'the result of a try was written to the primary only, or could not be written before the lease had ended';

/** A primary and its replica; a proxy is their address, another one the way between them. */
interface ReplicatedRedis {
  url: string;
  primary: TestRedis;
  replica: TestRedis;
  address: TcpProxy;
  link: TcpProxy;
  stop(): Promise<void>;
}

async function startReplicated(): Promise<ReplicatedRedis> {
  const [primary, replica] = await Promise.all([startPlainRedis(), startPlainRedis()]);
  const [address, link] = await Promise.all([startTcpProxy(primary.port), startTcpProxy(primary.port)]);
  await followIn(replica.port, link.port);
  return {
    url: `redis://127.0.0.1:${address.port}`,
    primary,
    replica,
    address,
    link,
    async stop() {
      await Promise.all([address.close(), link.close()]);
      await Promise.all([primary.stop(), replica.stop()]);
    },
  };
}

/** Makes one server the replica of another, and waits until it is in step. */
async function followIn(port: number, primaryPort: number): Promise<void> {
  await withAdmin(port, async (admin) => {
    await admin.call('REPLICAOF', '127.0.0.1', String(primaryPort));
    const inStep = async (): Promise<void> => {
      const info = await admin.info('replication');
      if (!info.includes('master_link_status:up')) throw new Error('The replica is not in step.');
    };
    await eventually(inStep, { timeoutMs: 20_000, everyMs: 100 });
  });
}

async function killAndPromote(
  { redis, mended }: House<ReplicatedRedis>,
  context: FaultContext,
): Promise<void> {
  await redis.primary.kill9();
  await context.pause(2000);
  await withAdmin(redis.replica.port, (admin) => admin.call('REPLICAOF', 'NO', 'ONE'));
  redis.address.leadTo(redis.replica.port);
  redis.address.cut();
  mended();
}

/** The row `redis-failover`. */
export const REDIS_FAILOVER: Fault<ReplicatedRedis> = {
  name: 'redis-failover',
  title: 'kill -9 of the primary; 2 s later its replica takes over behind the same address',
  repeats: TOLD_TO_THE_DEAD,
  startRedis: startReplicated,
  inject: killAndPromote,
};

/** The row `replica-behind`. Without the setting it shows what a failover loses then. */
export const REPLICA_BEHIND: Fault<ReplicatedRedis> = {
  name: 'replica-behind',
  title:
    'the network between primary and replica split for 1.5 s under load, then kill -9 of the primary: what it wrote meanwhile is gone; HOOKLANE_REDIS_REPLICAS=1',
  repeats: TOLD_TO_THE_DEAD,
  replicas: Number(process.env['HOOKLANE_REDIS_REPLICAS'] ?? 1),
  forgets: true,
  startRedis: startReplicated,
  async inject(house, context) {
    const before = house.ledger.accepted;
    house.redis.link.split();
    await context.pause(1500);
    const meanwhile = house.ledger.accepted - before;
    context.say(`${meanwhile} events were acknowledged while the replica heard nothing`);
    await killAndPromote(house, context);
    // Only now is there a replica again that can have an event.
    const { primary, replica } = house.redis;
    await primary.restart();
    await followIn(primary.port, replica.port);
  },
};

/** Long enough for a vote on a machine that is busy, ms. */
const TAKEN_OVER_MS = 60_000;

/** The row `cluster-master-kill`. */
export const CLUSTER_MASTER_KILL: Fault<RedisCluster> = {
  name: 'cluster-master-kill',
  title: 'Redis Cluster, three masters, three replicas: kill -9 of the master that has everything',
  repeats: TOLD_TO_THE_DEAD,
  startRedis: () => startRedisCluster({ args: ['--appendfsync', 'always'] }),
  async inject({ redis, mended }, { say }) {
    const dead = await redis.masterOf('{h0}:');
    const at = performance.now();
    await dead.kill9();
    const tookOver = async (): Promise<void> => {
      if ((await redis.masterOf('{h0}:')).port === dead.port)
        throw new Error('No other node has taken over.');
    };
    await eventually(tookOver, { timeoutMs: TAKEN_OVER_MS, everyMs: 100 });
    await redis.ready();
    say(`after ${((performance.now() - at) / 1000).toFixed(1)} s a replica has taken over`);
    mended();
  },
};

/** The row `sentinel-failover`. */
export const SENTINEL_FAILOVER: Fault<SentinelHouse> = {
  name: 'sentinel-failover',
  title:
    'kill -9 of the master; three Sentinels make the replica master, and the old one comes back as its replica',
  repeats: TOLD_TO_THE_DEAD,
  startRedis: () => startSentinel({ args: ['--appendfsync', 'always'] }),
  async inject({ redis, mended }, { say, pause }) {
    const dead = await redis.master();
    const at = performance.now();
    await dead.kill9();
    const tookOver = async (): Promise<void> => {
      if ((await redis.master()).port === dead.port)
        throw new Error('The Sentinels still wait for the old master.');
    };
    await eventually(tookOver, { timeoutMs: TAKEN_OVER_MS, everyMs: 100 });
    say(`after ${((performance.now() - at) / 1000).toFixed(1)} s the replica is the master`);
    mended();
    await pause(1000);
    await dead.restart();
    await redis.ready();
  },
};
