/** GET /v1/status */
import type { Handler } from '../deps.ts';
import { viewOpenLane, viewPieces, viewWorker } from '../views/status-view.ts';
import { rfc3339 } from '../views/time.ts';
import { unservedShards } from '../views/unserved-shards.ts';

const MINUTES = 15;
const MOST_OPEN_LANES = 100;

/** Workers, lanes, backlog and rates at a glance. */
export const getStatus: Handler<'getStatus'> = async (_request, { ports, now, version }) => {
  const { operations, health, notices, checks } = ports;
  const [redis, workers, lanes, openLanes, backlog, rates, openNotices, report] = await Promise.all([
    health.checkRedis(),
    operations.listWorkers(),
    operations.countLanes(),
    operations.listOpenLanes(MOST_OPEN_LANES),
    health.readBacklog(),
    operations.readRates(MINUTES),
    notices.countOpenNotices(),
    operations.reportRedis(),
  ]);
  return {
    status: 200,
    body: {
      version,
      now: rfc3339(now()),
      redis: { ...redis, memory: report.memory },
      workers: workers.map(viewWorker),
      shards: { total: checks.shards, unserved: unservedShards(workers, checks.shards) },
      openLanes: openLanes.map(viewOpenLane),
      ...viewPieces(lanes, backlog),
      openNotices,
      rates: rates.map((rate) => ({ ...rate, minute: rfc3339(rate.minute) })),
    },
  };
};
