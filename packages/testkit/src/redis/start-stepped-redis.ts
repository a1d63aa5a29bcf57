/** A real Redis whose own clock can be stepped while it runs: libfaketime stands between it and the clock of the machine. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram, waitUntil } from '@hooklane/local';
import { askRedis } from './ask-redis.ts';
import { startProcessRedis } from './process-redis.ts';
import type { TestRedis, TestRedisOptions } from './test-redis.ts';

/** A Redis with a clock to turn. */
export interface SteppedRedis extends TestRedis {
  /** Sets its clock that far from the machine's, ms (negative: behind); resolves when Redis tells the new time. */
  stepClock(offsetMs: number): Promise<void>;
}

const run = promisify(execFile);

/** Where Debian, Fedora and a build of one's own put it. */
const LIBRARIES = [
  '/usr/lib/x86_64-linux-gnu/faketime',
  '/usr/lib/aarch64-linux-gnu/faketime',
  '/usr/lib/faketime',
  '/usr/lib64/faketime',
  '/usr/local/lib/faketime',
].map((dir) => join(dir, 'libfaketime.so.1'));

/** A wrong mixture of libraries hangs at the start, ms. */
const TRY_MS = 5000;
/** The library looks every second where its clock stands; a busy machine needs longer, ms. */
const STEP_MS = 15_000;
/** What Redis says may be that far off, ms. */
const APART_MS = 2000;

/** Why no clock of a Redis can be stepped here; null when it can. */
export async function whyNoSteps(): Promise<string | null> {
  const program = findProgram(['redis-server', 'valkey-server'], process.env['PATH']);
  if (program === null) return 'there is neither redis-server nor valkey-server on PATH';
  const library = LIBRARIES.find((path) => existsSync(path));
  if (library === undefined) return 'libfaketime is not installed (apt-get install faketime)';
  try {
    await run(program, ['--version'], {
      timeout: TRY_MS,
      killSignal: 'SIGKILL',
      env: { ...process.env, LD_PRELOAD: preloaded(library), FAKETIME: '+0' },
    });
    return null;
  } catch {
    return `${program} does not start with ${library}`;
  }
}

/** Starts one, on the machine's time at first. Rejects where {@link whyNoSteps} has a reason. */
export async function startSteppedRedis(options: TestRedisOptions = {}): Promise<SteppedRedis> {
  const missing = await whyNoSteps();
  if (missing !== null) throw new Error(`No clock can be stepped: ${missing}.`);
  const folder = await mkdtemp(join(tmpdir(), 'hooklane-clock-'));
  const file = join(folder, 'offset');
  const setOffset = async (ms: number): Promise<void> => {
    // Written aside and put in place, so that it is never read half.
    await writeFile(`${file}.new`, `${ms < 0 ? '-' : '+'}${Math.abs(ms) / 1000}\n`);
    await rename(`${file}.new`, file);
  };
  await setOffset(0);
  const library = LIBRARIES.find((path) => existsSync(path)) ?? '';
  const redis = await startProcessRedis({
    ...options,
    serverEnv: {
      ...options.serverEnv,
      LD_PRELOAD: preloaded(library),
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_CACHE_DURATION: '1',
      // Only the clock on the wall is wrong; what measures time within Redis goes on.
      DONT_FAKE_MONOTONIC: '1',
    },
  });
  return {
    ...redis,
    async stepClock(offsetMs) {
      await setOffset(offsetMs);
      const isThere = async (): Promise<boolean> =>
        Math.abs((await timeOf(redis.port)) - Date.now() - offsetMs) < APART_MS;
      if (await waitUntil(isThere, { timeoutMs: STEP_MS, everyMs: 50 })) return;
      throw new Error(`The clock of Redis did not follow a step to ${offsetMs} ms.`);
    },
    async stop() {
      await redis.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The memory of libc comes with it: jemalloc asks for the time before the library is ready, and both would wait for ever. */
function preloaded(library: string): string {
  return `${library} libc.so.6`;
}

async function timeOf(port: number): Promise<number> {
  const [seconds, micros] = (await askRedis(port, 'TIME')) as [string, string];
  return Number(seconds) * 1000 + Number(micros) / 1000;
}
