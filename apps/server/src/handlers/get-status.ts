/** GET /v1/status */
import type { Handler } from '../deps.ts';
import { rfc3339, rfc3339OrNull } from '../views/time.ts';

const MINUTES = 15;
const MOST_OPEN_LANES = 100;

/** Workers, lanes, backlog and rates at a glance. */
export const getStatus: Handler<'getStatus'> = async (_request, { ports, now, version }) => {
  const { operations, health } = ports;
  const [redis, workers, lanes, openLanes, backlog, rates] = await Promise.all([
    health.checkRedis(),
    operations.listWorkers(),
    operations.countLanes(),
    operations.listOpenLanes(MOST_OPEN_LANES),
    health.readBacklog(),
    operations.readRates(MINUTES),
  ]);
  return {
    status: 200,
    body: {
      version,
      now: rfc3339(now()),
      redis,
      workers: workers.map((worker) => ({
        ...worker,
        startedAt: rfc3339(worker.startedAt),
        seenAt: rfc3339(worker.seenAt),
      })),
      lanes,
      openLanes: openLanes.map((lane) => ({ ...lane, nextProbeAt: rfc3339OrNull(lane.nextProbeAt) })),
      backlog: {
        waiting: backlog.waiting,
        oldestDueAgeMs: backlog.oldestDueAgeMs > 0 ? Math.round(backlog.oldestDueAgeMs) : null,
      },
      deadLetters: backlog.deadLetters,
      rates: rates.map((rate) => ({ ...rate, minute: rfc3339(rate.minute) })),
    },
  };
};
