/**
 * Runs the lanes that a dispatch of this worker woke here, at once, while there are slots: for an event that comes alone a job would cost more
 * of Redis than all the rest of its way. A wake is only a hint: one that dies with this worker is made good by the sweep.
 */
import type { LaneWake } from '@hooklane/core';

/** What it needs. */
export interface WakeHereDeps {
  /** The queues, for lanes that find no slot here. */
  wakes: { wake(wakes: LaneWake[]): Promise<void> };
  /** A slot, and the function that gives it back; null: there is none. */
  enter: () => (() => void) | null;
  /** Resolves when the slot is free. */
  run: (hint: { webhookId: string; mark?: string }) => Promise<void>;
  /** Hears of a run that failed. */
  onError: (error: Error) => void;
}

/** When a lane is looked at again whose run failed, ms. */
const AGAIN_MS = 1000;

/** What dispatch wakes lanes with. */
export function wakeHere({ wakes, enter, run, onError }: WakeHereDeps): WakeHereDeps['wakes'] {
  /** A run fails with Redis only. What cannot be written now either is left to the sweep. */
  const tryAgain = ({ webhookId, pool }: LaneWake): Promise<void> =>
    wakes.wake([{ webhookId, pool, at: Date.now() + AGAIN_MS }]).catch(() => undefined);
  const runHere = (wake: LaneWake): boolean => {
    if (wake.pool !== 'lanes' || wake.at > 0) return false;
    const leave = enter();
    if (leave === null) return false;
    const { webhookId, mark } = wake;
    void run({ webhookId, ...(mark === undefined ? {} : { mark }) })
      .catch((error: Error) => {
        onError(error);
        return tryAgain(wake);
      })
      .finally(leave);
    return true;
  };
  return {
    async wake(all) {
      const others = all.filter((wake) => !runHere(wake));
      if (others.length > 0) await wakes.wake(others);
    },
  };
}
