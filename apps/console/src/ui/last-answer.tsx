import type { ApiDelivery } from '@hooklane/client';
import { OUTCOME_LABELS } from './status-badge.tsx';

/** What the receiver said last, in one line. */
export function LastAnswer({ delivery }: { delivery: ApiDelivery }) {
  const { lastOutcome, lastStatusCode } = delivery;
  if (lastOutcome === null) return <span className="text-ink-3">–</span>;
  if (lastOutcome === 'ok') return <span className="tabular-nums">{lastStatusCode ?? 'OK'}</span>;
  return (
    <span className="tabular-nums">
      {lastStatusCode !== null && <span className="font-medium text-bad">{lastStatusCode} </span>}
      <span className="text-bad">{OUTCOME_LABELS[lastOutcome]}</span>
    </span>
  );
}
