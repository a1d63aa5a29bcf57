/** The rates of a result as bars, with the span of the rounds. */
import type { Report, ResultRow } from '../report.ts';
import { formatValue } from '../table.ts';
import { card, line, round, text } from './svg.ts';

const WIDTH = 860;
const NAMES = 270;
const VALUES = 90;
const BAR = 16;
const STEP = 26;
const TOP = 66;

/** Rows of throughput, in the order of the result. */
export function throughputChart({ rows, machine, date, versions }: Report): string {
  const bars = rows.filter(({ unit }) => unit === 'deliveries/s').filter(({ name }) => !name.includes(': '));
  const most = Math.max(1, ...bars.map(({ max }) => max));
  const scale = (value: number): number => NAMES + (value / most) * (WIDTH - NAMES - VALUES);
  const about = `${machine.cores} cores (${machine.cpu}), Node ${versions['node']}, Redis ${versions['redis']}, ${date.slice(0, 10)}; line: from the slowest round to the fastest`;
  return card({
    width: WIDTH,
    height: TOP + bars.length * STEP + 14,
    title: 'Deliveries per second: median of the rounds',
    description: bars.map(({ name, median, unit }) => `${name}: ${formatValue(median, unit)}`).join('; '),
    content: [
      text({ x: 20, y: 50, content: about, className: 'faint' }),
      ...bars.flatMap((row, index) => bar(row, TOP + index * STEP, scale)),
    ],
  });
}

function bar(
  { name, median, min, max, unit }: ResultRow,
  y: number,
  scale: (value: number) => number,
): string[] {
  const middle = y + BAR / 2;
  const color = name.startsWith('ceiling') ? 3 : name.startsWith('baseline') ? 1 : 0;
  const width = round(scale(median) - NAMES);
  return [
    text({ x: NAMES - 10, y: middle + 5, content: name, anchor: 'end' }),
    `<rect class="c${color} fill" x="${NAMES}" y="${round(y)}" width="${width}" height="${BAR}" rx="2"/>`,
    line('whisker', [scale(min), middle], [scale(max), middle]),
    text({ x: scale(max) + 8, y: middle + 5, content: formatValue(median, unit) }),
  ];
}
