import { afterEach, expect, test } from '@jest/globals';
import { askRedis } from './ask-redis.ts';
import { startSteppedRedis, whyNoSteps } from './start-stepped-redis.ts';
import type { SteppedRedis } from './start-stepped-redis.ts';

const HOUR_MS = 3_600_000;
const missing = await whyNoSteps();
// Without the library it is counted as skipped, with the reason in the name.
const when = missing === null ? test : test.skip;
const unless = missing === null ? '' : ` (skipped: ${missing})`;
if (missing !== null) console.warn(`Not tested, a Redis whose clock is stepped: ${missing}.`);

let redis: SteppedRedis | undefined;
afterEach(() => redis?.stop());

async function secondsAhead(port: number): Promise<number> {
  const [seconds] = (await askRedis(port, 'TIME')) as [string];
  return Math.round(Number(seconds) - Date.now() / 1000);
}

when(
  `The clock of a Redis goes an hour ahead and back, and what expires goes with it${unless}`,
  async () => {
    redis = await startSteppedRedis();
    const { port } = redis;
    await askRedis(port, 'SET soon yes PX 60000');
    await redis.stepClock(HOUR_MS);
    expect(Math.abs((await secondsAhead(port)) - 3600)).toBeLessThan(30);
    expect(await askRedis(port, 'EXISTS soon')).toBe(0);
    await askRedis(port, 'SET later yes PX 60000');
    await redis.stepClock(-HOUR_MS);
    expect(Math.abs((await secondsAhead(port)) + 3600)).toBeLessThan(30);
    expect(Number(await askRedis(port, 'PTTL later'))).toBeGreaterThan(HOUR_MS);
    await redis.restart();
    expect(Math.abs((await secondsAhead(port)) + 3600)).toBeLessThan(30);
  },
  120_000,
);
