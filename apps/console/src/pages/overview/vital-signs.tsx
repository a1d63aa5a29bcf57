import type { ApiOverview } from '@hooklane/client';
import { TextLink } from '../../ui/text-link.tsx';
import { Figure } from '../../ui/figure.tsx';
import { count, countOf, percent } from '../../ui/number-text.ts';
import { duration, span as spanText } from '../../ui/time-text.ts';
import { SPANS } from './overview-search.ts';
import type { Span } from './overview-search.ts';

/** What it shows. */
export interface VitalSignsProps {
  overview: ApiOverview;
  span: Span;
}

/** From here on users notice that they wait, ms. */
const LONG_WAIT_MS = 60_000;

/** The six figures that say whether users wait. */
export function VitalSigns({ overview, span }: VitalSignsProps) {
  const { totals, backlog, deadLetters, lanes } = overview;
  const name = SPANS.find(({ value }) => value === span)?.label ?? '';
  const oldest = backlog.oldestDueAgeMs;
  return (
    <dl className="grid grid-cols-2 gap-3 md:grid-cols-3 2xl:grid-cols-6">
      <Figure
        label="Delivered"
        value={count(totals.delivered)}
        note={`in ${name}, of ${countOf(totals.accepted, 'event', 'events')}`}
      />
      <Figure
        label="Tries that succeeded"
        value={totals.successRate === null ? '–' : percent(totals.successRate)}
        note={totals.successRate === null ? 'no try yet' : `of ${countOf(totals.attempts, 'try', 'tries')}`}
        tone={totals.successRate !== null && totals.successRate < 0.9 ? 'bad' : undefined}
      />
      <Latency latency={totals.latency} />
      <Figure
        label="Waiting"
        value={count(backlog.waiting)}
        note={oldest === null ? 'nothing is overdue' : `the oldest is due for ${spanText(oldest)}`}
        tone={oldest !== null && oldest > LONG_WAIT_MS ? 'wait' : undefined}
      />
      <Figure
        label="Dead letters"
        value={count(deadLetters)}
        note={deadLetters === 0 ? 'none open' : <TextLink to="/dead-letters">Look into them</TextLink>}
        tone={deadLetters > 0 ? 'bad' : undefined}
      />
      <Figure
        label="Lanes"
        value={count(lanes.total)}
        note={`with work · ${count(lanes.open)} open · ${count(lanes.slow)} slow`}
        tone={lanes.open > 0 ? 'wait' : undefined}
      />
    </dl>
  );
}

function Latency({ latency }: { latency: ApiOverview['totals']['latency'] }) {
  return (
    <Figure
      label="From event to delivered, p50"
      value={latency === null ? '–' : duration(latency.p50)}
      note={
        latency === null ? 'nothing delivered' : `p95 ${duration(latency.p95)} · p99 ${duration(latency.p99)}`
      }
    />
  );
}
