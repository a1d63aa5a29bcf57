import { useDay, useNow } from './clock.ts';
import { fullTime, relative, shortTime } from './time-text.ts';
import { Tooltip } from './tooltip.tsx';

/** A time of the API. */
export interface TimeProps {
  /** RFC 3339. */
  at: string;
  /** `clock` (default): the local time. `relative`: how long ago or how soon; it goes on by itself. */
  as?: 'clock' | 'relative' | 'full';
}

/** In the local zone; the exact UTC on hover and in `datetime`. */
export function Time({ at, as = 'clock' }: TimeProps) {
  const time = new Date(at);
  return (
    <Tooltip
      text={
        <span className="grid gap-0.5 tabular-nums">
          <span>{fullTime(time)}</span>
          <span className="font-mono text-xs opacity-80">{at}</span>
        </span>
      }
    >
      <time dateTime={at} className="whitespace-nowrap tabular-nums">
        {as === 'relative' && <RelativeText time={time} />}
        {as === 'clock' && <ClockText time={time} />}
        {as === 'full' && fullTime(time)}
      </time>
    </Tooltip>
  );
}

function RelativeText({ time }: { time: Date }) {
  return relative(time, useNow());
}

function ClockText({ time }: { time: Date }) {
  return shortTime(time, useDay());
}
