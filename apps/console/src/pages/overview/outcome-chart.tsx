import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { AXIS, ChartFrame, ChartTip, Legend, NoData } from '../../ui/chart-parts.tsx';
import type { Series } from '../../ui/chart-parts.tsx';
import { count, countOf } from '../../ui/number-text.ts';
import { OUTCOME_LABELS } from '../../ui/status-badge.tsx';
import { clockText } from '../../ui/time-text.ts';
import type { Bin, Outcome } from './bins.ts';
import { clockAxis } from './clock-axis.ts';

/** From the ground up: what is well stands below what is not. */
const COLOURS: Record<Outcome, string> = {
  ok: 'var(--chart-ok)',
  throttled: 'var(--chart-throttled)',
  rejected: 'var(--chart-rejected)',
  timeout: 'var(--chart-timeout)',
  unreachable: 'var(--chart-unreachable)',
  gone: 'var(--chart-gone)',
  blocked: 'var(--chart-blocked)',
  interrupted: 'var(--chart-interrupted)',
};
const SERIES: readonly Series<Outcome>[] = (Object.keys(COLOURS) as Outcome[]).map((key) => ({
  key,
  label: OUTCOME_LABELS[key],
  colour: COLOURS[key],
}));

/** Stacked bars; outcomes that did not happen are left out. */
export function OutcomeChart({ bins }: { bins: readonly Bin[] }) {
  if (bins.every(({ outcomes }) => Object.values(outcomes).every((tries) => tries === 0))) {
    return <NoData>Nothing was tried in this time. Emit an event, or send a test to a webhook.</NoData>;
  }
  return <Bars bins={bins} />;
}

function Bars({ bins }: { bins: readonly Bin[] }) {
  const shown = SERIES.filter(
    ({ key }) => key === 'ok' || bins.some(({ outcomes }) => (outcomes[key] ?? 0) > 0),
  );
  return (
    <>
      <Legend series={shown} />
      <ChartFrame summary={summaryOf(bins)}>
        <ResponsiveContainer width="100%" height="100%">
          <BarChart
            accessibilityLayer={false}
            data={[...bins]}
            barCategoryGap={1}
            margin={{ top: 8, right: 12, bottom: 0, left: 0 }}
          >
            <CartesianGrid vertical={false} stroke="var(--line)" />
            <XAxis dataKey="at" {...clockAxis(bins)} {...AXIS} />
            <YAxis
              width={44}
              tickCount={4}
              allowDecimals={false}
              tickFormatter={compact}
              axisLine={false}
              {...AXIS}
            />
            <Tooltip
              cursor={{ fill: 'var(--hover)' }}
              isAnimationActive={false}
              content={({ active, payload }) => {
                const bin = payload[0]?.payload as Bin | undefined;
                return active && bin !== undefined ? <Tip bin={bin} series={shown} /> : null;
              }}
            />
            {shown.map(({ key, colour }) => (
              <Bar
                key={key}
                dataKey={({ outcomes }: Bin) => outcomes[key] ?? 0}
                name={key}
                stackId="tries"
                fill={colour}
                stroke="var(--surface)"
                strokeWidth={0.75}
                maxBarSize={28}
                isAnimationActive={false}
              />
            ))}
          </BarChart>
        </ResponsiveContainer>
      </ChartFrame>
    </>
  );
}

function Tip({ bin, series }: { bin: Bin; series: readonly Series<Outcome>[] }) {
  const rows = series
    .filter(({ key }) => (bin.outcomes[key] ?? 0) > 0)
    .map((entry) => ({ ...entry, value: count(bin.outcomes[entry.key] ?? 0) }))
    .reverse();
  return (
    <ChartTip
      title={`${clockText(bin.at)} · ${countOf(bin.accepted, 'event', 'events')} accepted`}
      rows={rows}
    />
  );
}

function compact(value: number): string {
  return value < 10_000 ? count(value) : `${count(Math.round(value / 1000))}k`;
}

function summaryOf(bins: readonly Bin[]): string {
  const totals = SERIES.map(({ key, label }) => ({
    label,
    total: bins.reduce((sum, { outcomes }) => sum + (outcomes[key] ?? 0), 0),
  })).filter(({ total }) => total > 0);
  if (totals.length === 0) return 'No tries in this time.';
  return `Tries in this time: ${totals.map(({ label, total }) => `${label} ${count(total)}`).join(', ')}.`;
}
