/** What happens to Redis and on the way to it. */
import { eventually } from '@hooklane/testkit';
import type { TestRedis } from '@hooklane/testkit';
import type { Redis } from 'ioredis';
import type { Fault } from '../kit/fault.ts';
import { startPlainRedis, withAdmin } from './plain-redis.ts';

const UNWRITTEN =
  'a try was in flight, and its result could not be written before its lease had ended: it was made again';

/** The row `redis-kill`. */
export const REDIS_KILL: Fault<TestRedis> = {
  name: 'redis-kill',
  title: 'kill -9 of Redis (AOF, fsync always), restart 2 s later',
  repeats: UNWRITTEN,
  startRedis: startPlainRedis,
  async inject(house, { pause, short }) {
    for (let i = 0; i < (short ? 1 : 3); i += 1) {
      await house.redis.kill9();
      await pause(2000);
      await house.redis.restart();
      await pause(1000);
    }
    house.mended();
  },
};

/** The row `redis-pause`. */
export const REDIS_PAUSE: Fault<TestRedis> = {
  name: 'redis-pause',
  title: 'Redis stopped for 20 s (SIGSTOP): connections stay, nothing is answered',
  repeats: UNWRITTEN,
  startRedis: startPlainRedis,
  async inject(house, { pause, short }) {
    await house.redis.pause();
    await pause(short ? 5000 : 20_000);
    await house.redis.resume();
    house.mended();
  },
};

/** The row `connections-cut`. */
export const CONNECTIONS_CUT: Fault<TestRedis> = {
  name: 'connections-cut',
  title: 'all connections to Redis cut (CLIENT KILL), every second for 10 s',
  repeats: UNWRITTEN,
  startRedis: startPlainRedis,
  async inject(house, { pause, short, say }) {
    let cut = 0;
    for (let i = 0; i < (short ? 3 : 10); i += 1) {
      cut += await withAdmin(house.redis.port, async (admin) => {
        return (await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')) as number;
      });
      await pause(1000);
    }
    say(`${cut} connections were cut`);
    if (cut === 0) throw new Error('There was no connection to cut.');
    house.mended();
  },
};

/** Deletes BullMQ's keys, all or but those of one queue. Returns how many there were. */
async function deleteQueueKeys(admin: Redis, butQueue?: string): Promise<number> {
  let cursor = '0';
  let deleted = 0;
  do {
    const [next, keys] = await admin.scan(cursor, 'MATCH', '{h0}:bull:*', 'COUNT', 1000);
    cursor = next;
    const doomed = keys.filter((key) => butQueue === undefined || !key.startsWith(`{h0}:bull:${butQueue}:`));
    if (doomed.length > 0) deleted += await admin.del(...doomed);
  } while (cursor !== '0');
  return deleted;
}

/** A receiver that is slower than the load: what is accepted piles up. */
const SLOW_MS = 2500;
const QUICK_MS = 100;

/** The row `queue-keys-deleted`. */
export const QUEUE_KEYS_DELETED: Fault<TestRedis> = {
  name: 'queue-keys-deleted',
  title:
    "all of BullMQ's keys deleted while receivers are slow and much is open: all but the queue of events, then, with that one empty, all",
  repeats: null,
  startRedis: startPlainRedis,
  async inject(house, { say, pause, short }) {
    house.think(SLOW_MS);
    await pause(short ? 2000 : 6000);
    say(`${house.ledger.missing()} deliveries are open`);
    await withAdmin(house.redis.port, async (admin) => {
      const first = await deleteQueueKeys(admin, 'events');
      await pause(1000);
      await house.load.stop();
      await eventually(
        async () => {
          const waiting = await admin.llen('{h0}:bull:events:wait');
          const active = await admin.llen('{h0}:bull:events:active');
          if (waiting + active > 0) throw new Error(`${waiting + active} events are not dispatched.`);
        },
        { timeoutMs: 60_000, everyMs: 100, describe: 'the dispatch of all events' },
      );
      const second = await deleteQueueKeys(admin);
      say(`${first} and then ${second} keys were deleted; ${house.ledger.missing()} deliveries had not come`);
    });
    house.think(QUICK_MS);
    house.load.start();
    house.mended();
  },
};

/** The row `redis-full`. */
export const REDIS_FULL: Fault<TestRedis> = {
  name: 'redis-full',
  title: 'Redis at maxmemory (noeviction) until emits are refused, and 5 s more; then it gets room',
  repeats: UNWRITTEN,
  startRedis: startPlainRedis,
  async inject(house, { pause, short, say }) {
    await withAdmin(house.redis.port, async (admin) => {
      const before = house.ledger.refused;
      await admin.call('CONFIG', 'SET', 'maxmemory', '1mb');
      await eventually(
        () => {
          if (house.ledger.refused <= before) throw new Error('No emit was refused.');
        },
        { timeoutMs: 30_000, describe: 'a Redis that is full' },
      );
      await pause(short ? 2000 : 5000);
      say(`${house.ledger.refused - before} emits were refused`);
      await admin.call('CONFIG', 'SET', 'maxmemory', '0');
    });
    house.mended();
  },
};
