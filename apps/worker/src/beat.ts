/** Says every few seconds that this worker lives, and what it does. */
import { hostname } from 'node:os';
import { randomUUID } from 'node:crypto';
import { VERSION } from './version.ts';

/** What a beat needs. */
export interface BeatDeps {
  operations: {
    beat(worker: {
      id: string;
      host: string;
      version: string;
      startedAt: number;
      seenAt: number;
      lanesRunning: number;
      triesInFlight: number;
      shards: readonly number[];
    }): Promise<void>;
    leave(id: string): Promise<void>;
  };
  load: () => { lanesRunning: number; triesInFlight: number };
  /** That it serves. */
  shards: readonly number[];
}

const BEAT_MS = 5000;

const GOODBYE_MS = 500;

/** Begins to beat. Returns the function that ends it and says goodbye, within half a second. A beat that fails is followed by the next. */
export function startBeat({ operations, load, shards }: BeatDeps): () => Promise<void> {
  const worker = { id: randomUUID(), host: hostname(), version: VERSION, startedAt: Date.now(), shards };
  let beating = false;
  const beat = async (): Promise<void> => {
    if (beating) return;
    beating = true;
    try {
      const { lanesRunning, triesInFlight } = load();
      await operations.beat({ ...worker, seenAt: Date.now(), lanesRunning, triesInFlight });
    } catch {
      // The connection's own errors are logged; a worker that cannot say so counts as gone, which is right.
    } finally {
      beating = false;
    }
  };
  void beat();
  const timer = setInterval(() => void beat(), BEAT_MS);
  return async () => {
    clearInterval(timer);
    // A Redis that is away must not hold up the shutdown; a silent worker counts as gone soon enough.
    const late = new Promise((resolve) => setTimeout(resolve, GOODBYE_MS).unref());
    await Promise.race([operations.leave(worker.id).catch(() => undefined), late]);
  };
}
