/**
 * The environment of every test file: Jest's own for Node, and the file fails when it leaves a socket, a server, a
 * process or a timer behind. It is an environment and not an `afterAll`, because Jest runs a file's `afterAll` hooks
 * after those of a setup file: a setup file would count what the test is still about to close.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EnvironmentContext, JestEnvironmentConfig } from '@jest/environment';
import type { Circus } from '@jest/types';
import { TestEnvironment } from 'jest-environment-node';
import { describeLeaks, openResources } from './open-resources.ts';
import type { OpenResources } from './open-resources.ts';

/** A closed socket needs a few turns of the loop, a killed process a few milliseconds, a pool's keep-alive timer more. */
const GRACE_MS = 2000;
const LOOK_EVERY_MS = 20;

/** Jest finds an environment by default export. */
export default class LeakCheckingEnvironment extends TestEnvironment {
  readonly #file: string;
  #before: OpenResources | null = null;

  constructor(config: JestEnvironmentConfig, context: EnvironmentContext) {
    super(config, context);
    this.#file = context.testPath;
    // Node opens a standard stream when it is first named. Jest's worker has pipes for them; they are no leak.
    void [process.stdin, process.stdout, process.stderr];
  }

  /** Jest calls it before and after each step; it waits for what this returns. */
  async handleTestEvent(event: Circus.AsyncEvent, state: Circus.State): Promise<void> {
    if (event.name === 'run_start') this.#before = openResources();
    if (event.name !== 'run_finish' || this.#before === null) return;
    const leaks = await leaksAfterGrace(this.#before);
    if (leaks.length === 0) return;
    const error = new Error(
      `${this.#file} leaves behind:\n${leaks.map((leak) => `  ${leak}`).join('\n')}\n` +
        'Close it in afterEach or afterAll. Where it was opened: run Jest with --detectOpenHandles.',
    );
    // Without a stack Jest prints the message alone; the place in this file would tell nobody anything.
    error.stack = '';
    state.unhandledErrors.push(error);
  }
}

/** Our own `sleep` has fired when we look, so its timer is not counted. */
async function leaksAfterGrace(before: OpenResources): Promise<string[]> {
  const end = performance.now() + GRACE_MS;
  for (;;) {
    const leaks = describeLeaks(before, openResources());
    if (leaks.length === 0 || performance.now() >= end) return leaks;
    await sleep(LOOK_EVERY_MS);
  }
}
