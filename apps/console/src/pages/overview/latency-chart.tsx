import { CartesianGrid, Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { AXIS, ChartFrame, ChartTip, Legend, NoData } from '../../ui/chart-parts.tsx';
import type { Series } from '../../ui/chart-parts.tsx';
import { durationAxis } from '../../ui/duration-axis.ts';
import { clockText, duration, span } from '../../ui/time-text.ts';
import type { Bin } from './bins.ts';
import { clockAxis } from './clock-axis.ts';

type Percentile = 'p50' | 'p95' | 'p99';

const SERIES: readonly Series<Percentile>[] = [
  { key: 'p99', label: 'p99: 99 of 100 were faster', colour: 'var(--ink-3)' },
  { key: 'p95', label: 'p95', colour: 'var(--info-mark)' },
  { key: 'p50', label: 'p50: the middle', colour: 'var(--accent-mark)' },
];

/** Told apart by more than colour: the middle is the thickest line, the slowest are dotted. */
const STROKES: Record<Percentile, { strokeWidth: number; strokeDasharray?: string }> = {
  p99: { strokeWidth: 1.75, strokeDasharray: '2 3' },
  p95: { strokeWidth: 1.75, strokeDasharray: '6 3' },
  p50: { strokeWidth: 2.5 },
};

/** Lines over a logarithmic axis: from milliseconds to the days of a retry schedule. */
export function LatencyChart({ bins }: { bins: readonly Bin[] }) {
  if (bins.every(({ latency }) => latency === null)) {
    return <NoData>Nothing was delivered in this time.</NoData>;
  }
  const axis = durationAxis(bins.flatMap(({ latency }) => (latency === null ? [] : Object.values(latency))));
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
            <XAxis dataKey="at" {...clockAxis(bins)} {...AXIS} />
            <YAxis
              width={52}
              scale="log"
              domain={axis.domain}
              ticks={axis.ticks}
              interval={0}
              tickFormatter={tickText}
              axisLine={false}
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
                {...STROKES[key]}
                dot={bins.length < 4 || isLonely(bins) ? { r: 3, fill: colour, strokeWidth: 0 } : false}
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

/** A round duration: `500 ms`, `2 s`, `10 m`. */
function tickText(ms: number): string {
  return ms < 1000 ? `${ms} ms` : span(ms);
}
