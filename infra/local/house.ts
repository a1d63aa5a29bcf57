/** Everything that `start` runs: a Redis, the programs, and how they end together. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createSupervisor, findRedis } from '@hooklane/local';
import type { LocalRedis, Supervisor } from '@hooklane/local';
import { SHUTDOWN_MARGIN_MS } from '@hooklane/runtime';
import type { StartPlan } from './start-plan.ts';
import { waitReady } from './wait-ready.ts';

/** Where lines go, and who hears that it is over. */
export interface HouseOptions {
  print: (line: string) => void;
  color: boolean;
  /** Called when something that is needed died for good. */
  onGiveUp: (message: string) => void;
}

/** A house: empty, then full, then empty again. */
export interface House {
  /** Starts all and waits until all are ready. Rejects when that fails, or as soon as `cut` is aborted. */
  open(plan: StartPlan, cut: AbortSignal): Promise<LocalRedis>;
  /** Stops the programs in order, then Redis. Harmless when not open. */
  close(): Promise<void>;
  /** Ends all at once. Redis still writes its data. */
  kill(): Promise<void>;
}

/** How long the programs may take to be ready, ms. */
const READY_TIMEOUT_MS = 60_000;

/** A Redis of ours that keeps dying has a reason that a restart does not mend. */
const MAX_REDIS_RESTARTS = 5;

/** An empty house. */
export function createHouse(options: HouseOptions): House {
  const supervisor = createSupervisor(options);
  const onProgress = (message: string): void => supervisor.note(message);
  const state = { redis: null as LocalRedis | null, graceMs: 0, closing: false };
  const revive = createReviver(supervisor, options, state);
  return {
    open: async (plan, cut) => {
      state.graceMs = plan.settings.graceMs;
      const { env, dataDir } = plan;
      const redis = await findRedis({ env, dataDir, onProgress, onDeath: revive });
      state.redis = redis;
      cut.throwIfAborted();
      for (const program of plan.programs) {
        const extra = { REDIS_URL: redis.url, PORT: String(program.port) };
        await supervisor.start({ name: program.name, args: [program.entry], env: { ...env, ...extra } });
        cut.throwIfAborted();
      }
      await waitReady(plan.programs, { timeoutMs: READY_TIMEOUT_MS, onProgress, cut });
      supervisor.restartFromNow();
      return redis;
    },
    close: async () => {
      state.closing = true;
      await supervisor.stopAll(state.graceMs + SHUTDOWN_MARGIN_MS + 1000);
      await state.redis?.stop();
    },
    kill: async () => {
      state.closing = true;
      await supervisor.killAll();
      await state.redis?.stop();
    },
  };
}

/** Starts a Redis of ours again when it died: its append-only file has the data, the programs reconnect. */
function createReviver(
  supervisor: Supervisor,
  options: HouseOptions,
  state: { redis: LocalRedis | null; closing: boolean },
): (message: string) => void {
  let restarts = 0;
  const revive = async (message: string): Promise<void> => {
    if (state.closing) return;
    restarts += 1;
    if (restarts > MAX_REDIS_RESTARTS) {
      options.onGiveUp(`${message} It was started again ${MAX_REDIS_RESTARTS} times already: giving up.`);
      return;
    }
    supervisor.note(`${message} Starting it again; its data is kept.`);
    await sleep(500);
    if (!state.closing) await state.redis?.restart();
  };
  return (message) => {
    revive(message).catch((error: unknown) => options.onGiveUp(String(error)));
  };
}
