/** GET /v1/overview */
import type { ApiOverview } from '@hooklane/client';
import type { Handler } from '../deps.ts';
import type { MinuteRates } from '../ports.ts';
import { percentilesOfCounts } from '../views/percentiles.ts';
import { viewOpenLane, viewPieces, viewWorker } from '../views/status-view.ts';
import { rfc3339 } from '../views/time.ts';

const MOST_OPEN_LANES = 100;

/** Outcomes and latency minute by minute, and how the house is doing. */
export const getOverview: Handler<'getOverview'> = async ({ query }, { ports, now }) => {
  const { operations, health } = ports;
  const [minutes, workers, lanes, openLanes, backlog] = await Promise.all([
    operations.readRates(query.minutes),
    operations.listWorkers(),
    operations.countLanes(),
    operations.listOpenLanes(MOST_OPEN_LANES),
    health.readBacklog(),
  ]);
  return {
    status: 200,
    body: {
      now: rfc3339(now()),
      minutes: minutes.map(({ latencies, minute, ...counts }) => ({
        ...counts,
        minute: rfc3339(minute),
        latency: percentilesOfCounts(latencies),
      })),
      totals: totalOf(minutes),
      workers: workers.map(viewWorker),
      openLanes: openLanes.map(({ last, ...lane }) => ({
        ...viewOpenLane(lane),
        last: last && { ...last, at: rfc3339(last.at) },
      })),
      ...viewPieces(lanes, backlog),
    },
  };
};

function totalOf(minutes: readonly MinuteRates[]): ApiOverview['totals'] {
  const sum = (field: 'accepted' | 'delivered' | 'failed' | 'dead'): number =>
    minutes.reduce((total, minute) => total + minute[field], 0);
  const outcomes = new Map<string, number>();
  const latencies = new Map<number, number>();
  for (const minute of minutes) {
    for (const [outcome, count] of Object.entries(minute.outcomes)) add(outcomes, outcome, count);
    for (const { ms, count } of minute.latencies) add(latencies, ms, count);
  }
  const attempts = [...outcomes.values()].reduce((total, count) => total + count, 0);
  const judged = attempts - (outcomes.get('interrupted') ?? 0);
  const delivered = sum('delivered');
  const counts = [...latencies].map(([ms, count]) => ({ ms, count })).toSorted((a, b) => a.ms - b.ms);
  return {
    accepted: sum('accepted'),
    delivered,
    failed: sum('failed'),
    dead: sum('dead'),
    attempts,
    successRate: judged === 0 ? null : delivered / judged,
    latency: percentilesOfCounts(counts),
  };
}

function add<K>(counts: Map<K, number>, key: K, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}
