/** Runs a bulk action on dead letters to its end, step by step; a restart goes on where it was. */
import type { LaneWake } from '@hooklane/core';
import type { Logger, Metrics } from '@hooklane/runtime';

/** What a redrive needs. */
export interface RedriveDeps {
  redrives: {
    stepRedrive(
      id: string,
      isFirst: boolean,
    ): Promise<{
      action: 'redrive' | 'discard' | null;
      wakes: LaneWake[];
      resolved: string[];
      finished: boolean;
    }>;
  };
  wakes: {
    wake(wakes: LaneWake[]): Promise<void>;
    removeDeadLetters(deliveryIds: string[]): Promise<void>;
  };
  logger: Pick<Logger, 'info'>;
  metrics: Pick<Metrics, 'redriveFinished'>;
}

/** Goes through all steps. */
export async function redrive(deps: RedriveDeps, id: string): Promise<void> {
  let done = 0;
  for (let isFirst = true; ; isFirst = false) {
    const { action, wakes, resolved, finished } = await deps.redrives.stepRedrive(id, isFirst);
    await deps.wakes.removeDeadLetters(resolved);
    await deps.wakes.wake(wakes);
    done += resolved.length;
    if (!finished) continue;
    if (action) deps.metrics.redriveFinished(action, done);
    deps.logger.info({ redrive: id, action, done }, 'redrive.finished');
    return;
  }
}
