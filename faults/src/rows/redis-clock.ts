/** The clock of Redis itself jumps: leases, due times and all that expires are by it. */
import { startSteppedRedis, whyNoSteps } from '@hooklane/testkit';
import type { SteppedRedis } from '@hooklane/testkit';
import type { Fault } from '../kit/fault.ts';

const HOUR_MS = 3_600_000;

/** The row `redis-clock-steps`. */
export const REDIS_CLOCK_STEPS: Fault<SteppedRedis> = {
  name: 'redis-clock-steps',
  title:
    "Redis's own clock an hour ahead for 12 s, then right again, and kill -9 of one of three workers in that moment",
  repeats: 'a lease ended before its time while the try was in flight, or the worker died with it',
  early: true,
  missing: whyNoSteps,
  startRedis: () => startSteppedRedis({ aof: true, args: ['--appendfsync', 'always'] }),
  async inject({ redis, programs, mended }, { pause, say, short }) {
    await redis.stepClock(HOUR_MS);
    say('the clock of Redis is an hour ahead');
    await pause(short ? 6000 : 12_000);
    await redis.stepClock(0);
    say('the clock of Redis is right again');
    await programs.workers[0]?.kill9();
    mended();
    // Longer than until the next sweep, so that work comes to lanes that know both times.
    await pause(short ? 4000 : 8000);
  },
};
