/** The health of a webhook as the API gives it. */
import type { ApiWebhookHealth } from '@hooklane/client';
import type { WebhookHealth } from '../ports.ts';
import { percentilesOf } from './percentiles.ts';
import { rfc3339, rfc3339OrNull } from './time.ts';

const MOST_POINTS = 200;

/** Out of its latest attempts. */
export function viewHealth({ attempts: all, lane }: WebhookHealth): ApiWebhookHealth {
  // What a stopping worker cut short says nothing of the endpoint.
  const attempts = all.filter(({ outcome }) => outcome !== 'interrupted');
  const succeeded = attempts.filter(({ outcome }) => outcome === 'ok').length;
  const last = attempts.at(-1);
  const answered = attempts.filter(({ statusCode }) => statusCode !== null);
  return {
    lastAttempt: last === undefined ? null : { ...last, at: rfc3339(last.at) },
    attempts: attempts.length,
    succeeded,
    successRate: attempts.length === 0 ? null : succeeded / attempts.length,
    points: attempts.slice(-MOST_POINTS).map(({ at, durationMs, outcome, statusCode }) => ({
      at: rfc3339(at),
      durationMs,
      ok: outcome === 'ok',
      statusCode,
    })),
    latency: percentilesOf(answered.map(({ durationMs }) => durationMs)),
    lane: { ...lane, nextProbeAt: rfc3339OrNull(lane.nextProbeAt) },
  };
}
