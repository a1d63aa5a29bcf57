/** A failover behind one address, as managed services and a virtual address do it. */
import { eventually, startTcpProxy } from '@hooklane/testkit';
import type { TcpProxy, TestRedis } from '@hooklane/testkit';
import type { Fault } from '../kit/fault.ts';
import { startPlainRedis, withAdmin } from './plain-redis.ts';

/** A primary and its replica; the proxy is their address. */
interface ReplicatedRedis {
  url: string;
  primary: TestRedis;
  replica: TestRedis;
  proxy: TcpProxy;
  stop(): Promise<void>;
}

async function startReplicated(): Promise<ReplicatedRedis> {
  const [primary, replica] = await Promise.all([startPlainRedis(), startPlainRedis()]);
  await withAdmin(replica.port, async (admin) => {
    await admin.call('REPLICAOF', '127.0.0.1', String(primary.port));
    const inStep = async (): Promise<void> => {
      const info = await admin.info('replication');
      if (!info.includes('master_link_status:up')) throw new Error('The replica is not in step.');
    };
    await eventually(inStep, { timeoutMs: 20_000, everyMs: 100 });
  });
  const proxy = await startTcpProxy(primary.port);
  return {
    url: `redis://127.0.0.1:${proxy.port}`,
    primary,
    replica,
    proxy,
    async stop() {
      await proxy.close();
      await Promise.all([primary.stop(), replica.stop()]);
    },
  };
}

/** The row `redis-failover`. */
export const REDIS_FAILOVER: Fault<ReplicatedRedis> = {
  name: 'redis-failover',
  title: 'kill -9 of the primary; 2 s later its replica takes over behind the same address',
  repeats:
    'the result of a try was written to the primary only, or could not be written before the lease had ended',
  startRedis: startReplicated,
  async inject({ redis, mended }, { pause }) {
    await redis.primary.kill9();
    await pause(2000);
    await withAdmin(redis.replica.port, (admin) => admin.call('REPLICAOF', 'NO', 'ONE'));
    redis.proxy.leadTo(redis.replica.port);
    redis.proxy.cut();
    mended();
  },
};
