/** What all charts share: colours, axes, legend and the box that follows the pointer. */
import { ChartNoAxesColumn } from 'lucide-react';
import type { ReactNode } from 'react';

/** One row of bars, or one line. */
export interface Series<Key extends string> {
  key: Key;
  label: string;
  /** A token, such as `var(--ok-mark)`. */
  colour: string;
}

/** Looks of axes and grid. */
export const AXIS = {
  stroke: 'var(--line-strong)',
  tick: { fill: 'var(--ink-3)', fontSize: 11 },
  tickLine: false,
} as const;

/** The names of the series with their colours. */
export function Legend<Key extends string>({ series }: { series: readonly Series<Key>[] }) {
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 px-4 pt-3 text-sm text-ink-2">
      {series.map(({ key, label, colour }) => (
        <li key={key} className="flex items-center gap-1.5">
          <Mark colour={colour} />
          {label}
        </li>
      ))}
    </ul>
  );
}

function Mark({ colour }: { colour: string }) {
  return <span aria-hidden="true" className="size-2.5 rounded-xs" style={{ background: colour }} />;
}

/** One line of a {@link ChartTip}. */
export interface TipRow {
  key: string;
  label: string;
  colour: string;
  value: ReactNode;
}

/** The values where the pointer is. */
export function ChartTip({ title, rows }: { title: ReactNode; rows: readonly TipRow[] }) {
  return (
    <div className="min-w-40 rounded-md border border-line bg-surface px-3 py-2 text-sm shadow-pop">
      <div className="mb-1 font-medium">{title}</div>
      <dl className="grid gap-0.5">
        {rows.map(({ key, label, colour, value }) => (
          <div key={key} className="flex items-center justify-between gap-5">
            <dt className="flex items-center gap-1.5 text-ink-2">
              <Mark colour={colour} />
              {label}
            </dt>
            <dd className="tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

/** Stands where a chart would be, and is as high, so that nothing jumps when the first figures come. */
export function NoData({ children }: { children: ReactNode }) {
  return (
    <div className="grid h-64 place-items-center px-6 text-center text-ink-2 sm:h-72">
      <div className="grid max-w-xs justify-items-center gap-2">
        <ChartNoAxesColumn className="size-6 text-ink-3" aria-hidden="true" />
        <p>{children}</p>
      </div>
    </div>
  );
}

/** A chart with its name for those who cannot see it: `summary` says in words what it shows. */
export function ChartFrame({ summary, children }: { summary: string; children: ReactNode }) {
  return (
    <figure className="m-0">
      <div className="h-56 px-1 pt-2 pb-1 sm:h-64" aria-hidden="true">
        {children}
      </div>
      <figcaption className="sr-only">{summary}</figcaption>
    </figure>
  );
}
