import { CartesianGrid, Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { AXIS, ChartFrame, ChartTip, Legend } from '../../ui/chart-parts.tsx';
import type { Series } from '../../ui/chart-parts.tsx';
import { clockText, duration } from '../../ui/time-text.ts';
import type { Bin } from './bins.ts';

type Percentile = 'p50' | 'p95' | 'p99';

const SERIES: readonly Series<Percentile>[] = [
  { key: 'p99', label: 'p99', colour: 'var(--bad-mark)' },
  { key: 'p95', label: 'p95', colour: 'var(--wait-mark)' },
  { key: 'p50', label: 'p50', colour: 'var(--ok-mark)' },
];

/** Lines over a logarithmic axis: from milliseconds to the days of a retry schedule. */
export function LatencyChart({ bins }: { bins: readonly Bin[] }) {
  if (bins.every(({ latency }) => latency === null)) {
    return <p className="px-4 py-6 text-ink-2">Nothing was delivered in this time.</p>;
  }
  return (
    <>
      <Legend series={SERIES} />
      <ChartFrame summary={summaryOf(bins)}>
        <ResponsiveContainer width="100%" height="100%">
          <LineChart
            accessibilityLayer={false}
            data={[...bins]}
            margin={{ top: 8, right: 12, bottom: 0, left: 0 }}
          >
            <CartesianGrid vertical={false} stroke="var(--line)" />
            <XAxis dataKey="at" tickFormatter={clockText} minTickGap={40} {...AXIS} />
            <YAxis
              width={64}
              scale="log"
              domain={['auto', 'auto']}
              tickFormatter={duration}
              axisLine={false}
              allowDataOverflow
              {...AXIS}
            />
            <Tooltip
              cursor={{ stroke: 'var(--line-strong)' }}
              isAnimationActive={false}
              content={({ active, payload }) => {
                const bin = payload[0]?.payload as Bin | undefined;
                return active && bin !== undefined ? <Tip bin={bin} /> : null;
              }}
            />
            {SERIES.map(({ key, colour }) => (
              <Line
                key={key}
                dataKey={({ latency }: Bin) => (latency === null ? null : Math.max(1, latency[key]))}
                name={key}
                stroke={colour}
                strokeWidth={1.75}
                dot={bins.length < 4 || isLonely(bins) ? { r: 2, fill: colour, strokeWidth: 0 } : false}
                isAnimationActive={false}
              />
            ))}
          </LineChart>
        </ResponsiveContainer>
      </ChartFrame>
    </>
  );
}

/** A point without neighbours makes no line. */
function isLonely(bins: readonly Bin[]): boolean {
  return bins.some(
    ({ latency }, index) =>
      latency !== null &&
      (bins[index - 1]?.latency ?? null) === null &&
      (bins[index + 1]?.latency ?? null) === null,
  );
}

function Tip({ bin: { at, latency } }: { bin: Bin }) {
  const rows =
    latency === null ? [] : SERIES.map((entry) => ({ ...entry, value: duration(latency[entry.key]) }));
  return (
    <ChartTip title={latency === null ? `${clockText(at)} · nothing delivered` : clockText(at)} rows={rows} />
  );
}

function summaryOf(bins: readonly Bin[]): string {
  const last = bins.findLast(({ latency }) => latency !== null);
  if (!last?.latency) return 'Nothing was delivered in this time.';
  const { p50, p95, p99 } = last.latency;
  return `At ${clockText(last.at)}: p50 ${duration(p50)}, p95 ${duration(p95)}, p99 ${duration(p99)}.`;
}
