/** How the house is doing, as status and overview tell it. */
import type { ApiOverview, ApiStatus } from '@hooklane/client';
import type { Ports, WorkerSeen } from '../ports.ts';
import { rfc3339, rfc3339OrNull } from './time.ts';

/** What a worker says of itself. */
export function viewWorker(worker: WorkerSeen): ApiStatus['workers'][number] {
  return {
    ...worker,
    shards: [...(worker.shards ?? [0])],
    startedAt: rfc3339(worker.startedAt),
    seenAt: rfc3339(worker.seenAt),
  };
}

type OpenLane = Awaited<ReturnType<Ports['operations']['listOpenLanes']>>[number];

/** A lane whose endpoint is down. */
export function viewOpenLane(lane: Omit<OpenLane, 'last'>): ApiStatus['openLanes'][number] {
  return { ...lane, nextProbeAt: rfc3339OrNull(lane.nextProbeAt) };
}

/** What both tell. */
export function viewPieces(
  lanes: Awaited<ReturnType<Ports['operations']['countLanes']>>,
  backlog: Awaited<ReturnType<Ports['health']['readBacklog']>>,
): Pick<ApiOverview, 'lanes' | 'backlog' | 'deadLetters'> {
  const { waiting, oldestDueAgeMs, deadLetters } = backlog;
  return {
    lanes,
    backlog: { waiting, oldestDueAgeMs: oldestDueAgeMs > 0 ? Math.round(oldestDueAgeMs) : null },
    deadLetters,
  };
}
