import type { ApiWebhookHealth } from '@hooklane/client';
import { Bar, BarChart, ResponsiveContainer, Tooltip, YAxis } from 'recharts';
import { useDay } from '../../ui/clock.ts';
import { duration, shortTime } from '../../ui/time-text.ts';

type Point = ApiWebhookHealth['points'][number];

/** One bar for each try, the oldest first: how long it took, and whether it succeeded. */
export function LatencyChart({ points }: { points: readonly Point[] }) {
  const bars = points.map(({ at, durationMs, ok, statusCode }) => ({
    at,
    statusCode,
    ok: ok ? durationMs : 0,
    failed: ok ? 0 : durationMs,
  }));
  const failed = points.filter(({ ok }) => !ok).length;
  return (
    <figure className="min-w-0">
      <figcaption className="mb-1 flex justify-between gap-4 text-sm text-ink-2">
        <span>Time of each try</span>
        <span className="flex gap-4">
          <Legend className="bg-ok-mark">{points.length - failed} delivered</Legend>
          <Legend className="bg-bad-mark">{failed} failed</Legend>
        </span>
      </figcaption>
      <div className="h-24" aria-hidden="true">
        <ResponsiveContainer width="100%" height="100%">
          <BarChart
            data={bars}
            barCategoryGap={1}
            margin={{ top: 4, right: 0, bottom: 0, left: 0 }}
            accessibilityLayer={false}
          >
            <YAxis
              width={52}
              tickFormatter={duration}
              tickLine={false}
              axisLine={false}
              tickCount={3}
              tick={{ fill: 'var(--ink-3)', fontSize: 11 }}
            />
            <Tooltip
              cursor={{ fill: 'var(--hover)' }}
              isAnimationActive={false}
              content={({ payload }) => <PointNote bar={payload[0]?.payload as TryBar | undefined} />}
            />
            <Bar dataKey="ok" stackId="try" fill="var(--ok-mark)" isAnimationActive={false} maxBarSize={14} />
            <Bar
              dataKey="failed"
              stackId="try"
              fill="var(--bad-mark)"
              isAnimationActive={false}
              maxBarSize={14}
            />
          </BarChart>
        </ResponsiveContainer>
      </div>
    </figure>
  );
}

interface TryBar {
  at: string;
  statusCode: number | null;
  ok: number;
  failed: number;
}

function PointNote({ bar }: { bar: TryBar | undefined }) {
  const day = useDay();
  if (bar === undefined) return null;
  return (
    <div className="rounded-md border border-line bg-surface px-2.5 py-1.5 text-sm shadow-pop">
      {shortTime(new Date(bar.at), day)}: {bar.statusCode ?? 'no answer'} after{' '}
      {duration(bar.ok + bar.failed)}
    </div>
  );
}

function Legend({ className, children }: { className: string; children: React.ReactNode }) {
  return (
    <span className="flex items-center gap-1.5">
      <span aria-hidden="true" className={`size-2 rounded-xs ${className}`} />
      {children}
    </span>
  );
}
