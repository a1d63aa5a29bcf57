/** Runs a bulk action on dead letters to its end, step by step; a restart goes on where it was. */
import type { LaneWake } from '@hooklane/core';
import type { Logger } from '@hooklane/runtime';

/** What a redrive needs. */
export interface RedriveDeps {
  redrives: {
    stepRedrive(id: string): Promise<{ wakes: LaneWake[]; resolved: string[]; finished: boolean }>;
  };
  wakes: {
    wake(wakes: LaneWake[]): Promise<void>;
    removeDeadLetters(deliveryIds: string[]): Promise<void>;
  };
  logger: Pick<Logger, 'info'>;
}

/** Goes through all steps. */
export async function redrive(deps: RedriveDeps, id: string): Promise<void> {
  let done = 0;
  for (;;) {
    const { wakes, resolved, finished } = await deps.redrives.stepRedrive(id);
    await deps.wakes.removeDeadLetters(resolved);
    await deps.wakes.wake(wakes);
    done += resolved.length;
    if (!finished) continue;
    deps.logger.info({ redrive: id, done }, 'redrive.finished');
    return;
  }
}
