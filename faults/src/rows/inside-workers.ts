/** What happens inside a worker: its event loop is blocked, its clock jumps. */
import { fileURLToPath } from 'node:url';
import type { TestRedis } from '@hooklane/testkit';
import type { Fault } from '../kit/fault.ts';
import { startPlainRedis } from './plain-redis.ts';

const HOOKS = ['--import', fileURLToPath(new URL('../inject/worker-hooks.ts', import.meta.url))];
const HOUR_MS = 3_600_000;

/** The row `loop-blocked`. */
export const LOOP_BLOCKED: Fault<TestRedis> = {
  name: 'loop-blocked',
  title:
    'the event loops of two of three workers blocked for 20 s: their locks and leases end while they live',
  repeats: 'a blocked worker had tries in flight, and another one took its lane over',
  workerNodeArgs: HOOKS,
  env: { HOOKLANE_FAULT_STEPS: 'block 20000' },
  startRedis: startPlainRedis,
  async inject({ programs, mended }, { pause, say }) {
    const blocked = programs.workers.slice(0, 2);
    for (const worker of blocked) process.kill(worker.pid, 'SIGUSR2');
    await pause(5000);
    const answers = await Promise.all(blocked.map((worker) => programs.readiness(worker)));
    say(`${answers.filter((answer) => answer === null).length} workers do not answer`);
    if (answers.some((answer) => answer !== null)) throw new Error('A worker was not blocked.');
    await pause(13_000);
    mended();
  },
};

/** The row `clock-steps`. */
export const CLOCK_STEPS: Fault<TestRedis> = {
  name: 'clock-steps',
  title:
    'the clocks of all workers an hour behind, then an hour ahead, then right again, 8 s each; then kill -9 of one of them',
  repeats: 'a try was in flight when its worker died',
  workerNodeArgs: HOOKS,
  env: { HOOKLANE_FAULT_STEPS: `clock ${-HOUR_MS},clock ${HOUR_MS},clock 0` },
  startRedis: startPlainRedis,
  async inject({ programs, mended }, { pause, short }) {
    for (let step = 0; step < 3; step += 1) {
      for (const worker of programs.workers) process.kill(worker.pid, 'SIGUSR2');
      await pause(short ? 2000 : 8000);
    }
    // What it leaves is found by the sweep alone, whose schedule has seen those clocks.
    await programs.workers[0]?.kill9();
    mended();
  },
};
