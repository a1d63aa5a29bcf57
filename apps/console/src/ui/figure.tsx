import { clsx } from 'clsx';
import type { ReactNode } from 'react';

/** One figure with its name, and what it means. */
export interface FigureProps {
  label: string;
  value: ReactNode;
  /** A line below it. */
  note?: ReactNode;
  /** Colours the value. */
  tone?: 'bad' | 'wait' | undefined;
}

const TONES = { bad: 'text-bad', wait: 'text-wait' };

/** To be put into a `dl`. */
export function Figure({ label, value, note, tone }: FigureProps) {
  return (
    <div className="min-w-0 rounded-lg border border-line bg-surface px-4 py-3 shadow-card">
      <dt className="text-sm sm:truncate text-ink-2">{label}</dt>
      <dd className="mt-0.5">
        <span
          className={clsx(
            'block truncate text-xl font-semibold tracking-tight tabular-nums',
            tone && TONES[tone],
          )}
        >
          {value}
        </span>
        {note !== undefined && (
          <span className="mt-0.5 block min-h-5 text-sm text-ink-3 sm:truncate">{note}</span>
        )}
      </dd>
    </div>
  );
}
