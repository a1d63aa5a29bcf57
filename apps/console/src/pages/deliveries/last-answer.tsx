import type { ApiDelivery } from '@hooklane/client';
import { OUTCOME_LABELS } from '../../ui/status-badge.tsx';
import { duration } from '../../ui/time-text.ts';

/** What the receiver said last, in one line. */
export function LastAnswer({ delivery }: { delivery: ApiDelivery }) {
  const last = delivery.attempts.at(-1);
  if (last === undefined) return <span className="text-ink-3">–</span>;
  const isOk = last.outcome === 'ok';
  return (
    <span className="tabular-nums">
      <span className={isOk ? 'text-ink' : 'font-medium text-bad'}>
        {last.statusCode ?? OUTCOME_LABELS[last.outcome]}
      </span>
      <span className="text-ink-3">
        {last.statusCode !== null && !isOk && ` ${OUTCOME_LABELS[last.outcome]}`} ·{' '}
        {duration(last.durationMs)}
      </span>
    </span>
  );
}
