/** The course of `start`: check, open, tell, wait for the end, close. */
import { isAlive } from '@hooklane/local';
import { SAME_SIGNAL_MS } from '@hooklane/runtime';
import { createHouse } from './house.ts';
import type { House } from './house.ts';
import { findLaunchers } from './launchers.ts';
import { planStart } from './start-plan.ts';
import type { Program } from './start-plan.ts';
import { welcome } from './welcome.ts';

/** What differs between the real start and a test of it. */
export interface StartOptions {
  env: Readonly<Record<string, string | undefined>>;
  /** The first one serves the console. They are stopped in this order. */
  programs: readonly Program[];
  /** The first file of the built console. */
  consolePage?: string | undefined;
  /** Used when `HOOKLANE_DATA_DIR` is not set. */
  defaultDataDir: string;
}

/** Why it ends; the exit code is 1 when there is an error. */
interface Ending {
  error: string | null;
}

/** A package manager that was killed leaves us behind; after this it is noticed, ms. */
const LAUNCHER_CHECK_MS = 1000;

/** Runs until it is told to stop or something breaks for good; nothing it started is left. Resolves to the exit code. */
export async function runStart(options: StartOptions): Promise<0 | 1> {
  const ending = Promise.withResolvers<Ending>();
  const cut = new AbortController();
  const house = createHouse({
    print,
    color: process.stdout.isTTY && !options.env['NO_COLOR'],
    onGiveUp: (error) => ending.resolve({ error }),
  });
  // A terminal that was closed takes no more text; that is no reason to leave processes behind.
  process.stdout.on('error', () => undefined);
  let hurried = false;
  listenForStop({
    stop: () => ending.resolve({ error: null }),
    stopAtOnce: () => {
      hurried = true;
      print('Stopping at once.');
      void house.kill().finally(() => process.exit(1));
    },
  });
  const opening = open(house, options, cut.signal).catch((error: unknown) => {
    ending.resolve({ error: error instanceof Error ? error.message : String(error) });
  });
  const { error } = await ending.promise;
  cut.abort();
  if (error === null) print('\nStopping. Once more Ctrl-C stops at once.');
  await opening;
  await house.close();
  print(error === null ? 'Stopped.' : `\nHooklane has stopped: ${error}`);
  return error === null && !hurried ? 0 : 1;
}

async function open(house: House, options: StartOptions, cut: AbortSignal): Promise<void> {
  const plan = await planStart(options.env, options);
  cut.throwIfAborted();
  print('Starting Hooklane …');
  const redis = await house.open(plan, cut);
  print(welcome(plan, redis));
}

/** A terminal signals us, and a package manager in between passes it on once more: that is one wish, not two. */
function listenForStop(on: { stop: () => void; stopAtOnce: () => void }): void {
  let firstAt: number | null = null;
  const onSignal = (): void => {
    if (firstAt === null) {
      firstAt = performance.now();
      on.stop();
    } else if (performance.now() - firstAt >= SAME_SIGNAL_MS) {
      on.stopAtOnce();
    }
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal);
  watchLaunchers(on.stop);
}

/** The end of a package manager above us is ours: nobody else would stop what it left behind. */
function watchLaunchers(stop: () => void): void {
  const launchers = findLaunchers();
  if (launchers.length === 0) return;
  setInterval(() => {
    if (!launchers.every(isAlive)) stop();
  }, LAUNCHER_CHECK_MS).unref();
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
