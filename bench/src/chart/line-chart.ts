/** Curves over axes that grow by factors, as loads and latencies do. */
import { card, line, round, text } from './svg.ts';

/** A curve. */
export interface Curve {
  name: string;
  /** In rising order of x; both above 0. */
  points: readonly (readonly [x: number, y: number])[];
}

/** What the axes say. */
export interface LineChart {
  title: string;
  description: string;
  x: Axis;
  y: Axis;
  curves: readonly Curve[];
}

/** An axis: its ends, and where it is marked. */
export interface Axis {
  label: string;
  marks: readonly number[];
}

/** Colours of the style, by number. */
const COLORS = 5;
const [WIDTH, HEIGHT] = [860, 420];
const [LEFT, RIGHT, TOP, BOTTOM] = [80, 170, 76, 56];

/** Draws it. What lies outside the axes is cut off. */
export function lineChart({ title, description, x, y, curves }: LineChart): string {
  const toX = scale(x, [LEFT, WIDTH - RIGHT]);
  const toY = scale(y, [HEIGHT - BOTTOM, TOP]);
  const labelY = HEIGHT - BOTTOM + 20;
  const ends = spread(curves.map((curve) => toY(curve.points.at(-1)?.[1] ?? 1)));
  return card({
    width: WIDTH,
    height: HEIGHT,
    title,
    description,
    content: [
      ...x.marks.flatMap((mark) => [
        line('grid', [toX(mark), TOP], [toX(mark), HEIGHT - BOTTOM]),
        text({ x: toX(mark), y: labelY, content: mark.toLocaleString('en-US'), anchor: 'middle' }),
      ]),
      ...y.marks.flatMap((mark) => [
        line('grid', [LEFT, toY(mark)], [WIDTH - RIGHT, toY(mark)]),
        text({ x: LEFT - 8, y: toY(mark) + 4, content: mark.toLocaleString('en-US'), anchor: 'end' }),
      ]),
      text({
        x: (LEFT + WIDTH - RIGHT) / 2,
        y: HEIGHT - 14,
        content: x.label,
        className: 'faint',
        anchor: 'middle',
      }),
      text({ x: 20, y: 50, content: y.label, className: 'faint' }),
      ...curves.flatMap(({ name, points }, index) => {
        const at = points.map(([px, py]) => `${round(toX(px))},${round(toY(py))}`);
        const [endX] = points.at(-1) ?? [1];
        return [
          `<g class="c${index % COLORS}"><polyline class="line" points="${at.join(' ')}"/>`,
          ...at.map(
            (point) => `<circle class="dot" cx="${point.split(',')[0]}" cy="${point.split(',')[1]}" r="3"/>`,
          ),
          text({ x: toX(endX) + 10, y: (ends[index] ?? 0) + 4, content: name, className: 'fill' }),
          '</g>',
        ];
      }),
    ],
  });
}

/** Names at the ends of curves shall not lie on each other: 16 apart at least. */
function spread(wanted: readonly number[]): number[] {
  const places = [...wanted];
  let free = -Infinity;
  for (const [index] of [...wanted.entries()].toSorted(([, a], [, b]) => a - b)) {
    places[index] = Math.max(free, wanted[index] ?? 0);
    free = (places[index] ?? 0) + 16;
  }
  return places;
}

function scale({ marks }: Axis, [from, to]: readonly [number, number]): (value: number) => number {
  const [low, high] = [Math.log(marks[0] ?? 1), Math.log(marks.at(-1) ?? 10)];
  return (value) => {
    const share = Math.min(1, Math.max(0, (Math.log(value) - low) / (high - low)));
    return from + share * (to - from);
  };
}
