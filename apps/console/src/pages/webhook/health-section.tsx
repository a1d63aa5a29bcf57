import type { ApiWebhookHealth } from '@hooklane/client';
import { useQuery } from '@tanstack/react-query';
import { Suspense, lazy } from 'react';
import { webhookHealthQuery } from '../../api/webhooks.ts';
import { Section } from '../../ui/card.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { OUTCOME_LABELS } from '../../ui/status-badge.tsx';
import { duration, span } from '../../ui/time-text.ts';
import { Time } from '../../ui/time.tsx';

const LatencyChart = lazy(async () => {
  const { LatencyChart: component } = await import('./latency-chart.tsx');
  return { default: component };
});

/** How the webhook is doing, out of its latest tries. */
export function HealthSection({ id }: { id: string }) {
  const query = useQuery(webhookHealthQuery(id));
  return (
    <Section title="Health" subtitle="Out of the latest tries">
      {query.isPending && <Skeleton className="m-4 h-28" />}
      {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && <Health health={query.data} />}
    </Section>
  );
}

function Health({ health }: { health: ApiWebhookHealth }) {
  return (
    <div className="grid gap-x-8 gap-y-4 p-4 lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
      <Figures health={health} />
      {health.points.length === 0 ? (
        <p className="self-center text-ink-2">No try yet: send a test to see how the receiver answers.</p>
      ) : (
        <Suspense fallback={<Skeleton className="h-28" />}>
          <LatencyChart points={health.points} />
        </Suspense>
      )}
    </div>
  );
}

function Figures({ health }: { health: ApiWebhookHealth }) {
  const { lastAttempt, successRate, attempts, succeeded, latency, lane } = health;
  const figures: [string, React.ReactNode, React.ReactNode][] = [
    [
      'Last answer',
      lastAttempt === null ? '–' : (lastAttempt.statusCode ?? OUTCOME_LABELS[lastAttempt.outcome]),
      lastAttempt === null ? 'never tried' : <Time at={lastAttempt.at} as="relative" />,
    ],
    ['Success rate', successRate === null ? '–' : percent(successRate), `${succeeded} of ${attempts} tries`],
    [
      'Median time',
      latency === null ? '–' : duration(latency.p50),
      latency === null ? '' : `p95 ${duration(latency.p95)} · p99 ${duration(latency.p99)}`,
    ],
    ['Lane', LANE_STATES[lane.state], laneNote(lane)],
  ];
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-4 self-start sm:grid-cols-4 lg:grid-cols-2 xl:grid-cols-4">
      {figures.map(([label, value, note]) => (
        <div key={label}>
          <dt className="text-sm text-ink-2">{label}</dt>
          <dd>
            <span className="block text-lg font-semibold tabular-nums">{value}</span>
            <span className="text-sm text-ink-3">{note}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

const LANE_STATES = { idle: 'Idle', running: 'Running', open: 'Open', slow: 'Slow' };

function laneNote({
  state,
  waiting,
  oldestDueAgeMs,
  nextProbeAt,
  faults,
}: ApiWebhookHealth['lane']): React.ReactNode {
  if (state === 'open') {
    return (
      <>
        {faults} faults in a row, {waiting} waiting
        {nextProbeAt !== null && (
          <>
            ; next probe <Time at={nextProbeAt} as="relative" />
          </>
        )}
      </>
    );
  }
  if (waiting === 0) return 'nothing waits';
  return `${waiting} waiting${oldestDueAgeMs === null ? '' : `, the oldest for ${span(oldestDueAgeMs)}`}`;
}

function percent(rate: number): string {
  // 99.96 % must not read as 100 %.
  return `${(Math.floor(rate * 1000) / 10).toFixed(rate === 1 ? 0 : 1)} %`;
}
