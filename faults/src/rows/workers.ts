/** What happens to workers: killed, restarted. */
import type { Fault } from '../kit/fault.ts';
import { startPlainRedis, withAdmin } from './plain-redis.ts';
import type { TestRedis } from '@hooklane/testkit';

const IN_FLIGHT = 'a try was in flight when its worker died: the receiver had it, and nobody wrote so';

/** The row `worker-kill-one`. */
export const WORKER_KILL_ONE: Fault<TestRedis> = {
  name: 'worker-kill-one',
  title: 'kill -9 of one of three workers',
  repeats: IN_FLIGHT,
  startRedis: startPlainRedis,
  async inject(house) {
    await house.programs.workers[0]?.kill9();
    house.mended();
  },
};

/** The row `worker-kill-all`. */
export const WORKER_KILL_ALL: Fault<TestRedis> = {
  name: 'worker-kill-all',
  title: 'kill -9 of all three workers, three new ones 3 s later',
  repeats: IN_FLIGHT,
  startRedis: startPlainRedis,
  async inject(house, { pause }) {
    await Promise.all(house.programs.workers.map((worker) => worker.kill9()));
    await pause(3000);
    await Promise.all(house.programs.workers.map(() => house.programs.startWorker()));
    house.mended();
  },
};

/** An account of each of three shards: the row fails when a shard has none. */
const ACCOUNTS = ['acme', 'beta', 'delta'];
const SHARDS = 3;

/** The row `shards-worker-kill`. */
export const SHARDS_WORKER_KILL: Fault<TestRedis> = {
  name: 'shards-worker-kill',
  title:
    'three shards, each with the events of an account: kill -9 of one of two workers that both serve all of them',
  repeats: IN_FLIGHT,
  workers: 2,
  accounts: ACCOUNTS,
  shards: SHARDS,
  startRedis: startPlainRedis,
  async inject({ redis, programs, mended }, { say }) {
    const events = await withAdmin(redis.port, async (admin) => {
      const shards = Array.from({ length: SHARDS }, (_, shard) => `{h${shard}}:index`);
      return Promise.all(shards.map((index) => admin.zcard(index)));
    });
    say(`events of the shards so far: ${events.join(', ')}`);
    if (events.includes(0)) throw new Error('A shard has nothing to do.');
    await programs.workers[0]?.kill9();
    mended();
  },
};

/** The row `rolling-restart`. */
export const ROLLING_RESTART: Fault<TestRedis> = {
  name: 'rolling-restart',
  title: 'SIGTERM to each worker in turn, a new one before it',
  repeats: null,
  startRedis: startPlainRedis,
  async inject(house, { pause, short, say }) {
    const old = [...house.programs.workers];
    for (const worker of old.slice(0, short ? 2 : old.length)) {
      await house.programs.startWorker();
      const { code } = await worker.stop(20_000);
      say(`a worker ended with ${code}`);
      if (code !== 0) throw new Error(`A worker that got SIGTERM ended with ${code}.`);
      await pause(short ? 200 : 1500);
    }
    house.mended();
  },
};
