/** The clock of Redis itself jumps: leases, due times and all that expires are by it. */
import { eventually, startSteppedRedis, whyNoSteps } from '@hooklane/testkit';
import type { Programs, SteppedRedis } from '@hooklane/testkit';
import type { Fault } from '../kit/fault.ts';
import { readDeliveries } from '../kit/read-deliveries.ts';

const HOUR_MS = 3_600_000;
const A_MOMENT_MS = 30_000;

/** What receivers put off is put off by an hour: nothing may be due later than that. */
async function demandRightTimes(programs: Programs): Promise<void> {
  const latest = Date.now() + HOUR_MS + A_MOMENT_MS;
  const waiting = [...(await readDeliveries(programs, '&status=retrying')).values()];
  const late = waiting.filter(({ nextAttemptAt }) => Date.parse(nextAttemptAt ?? '') > latest);
  if (late.length > 0) throw new Error(`${late.length} of ${waiting.length} wait longer than they should.`);
}

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
    await eventually(() => demandRightTimes(programs), { timeoutMs: 20_000, everyMs: 500 });
  },
};
