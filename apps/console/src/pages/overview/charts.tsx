import type { ApiOverview } from '@hooklane/client';
import { Section } from '../../ui/card.tsx';
import { binsOf } from './bins.ts';
import { LatencyChart } from './latency-chart.tsx';
import { OutcomeChart } from './outcome-chart.tsx';
import { stepOf } from './overview-search.ts';
import type { Span } from './overview-search.ts';

/** Tries by outcome, and how long deliveries take. */
export function Charts({ overview, span }: { overview: ApiOverview; span: Span }) {
  const step = stepOf(span);
  const bins = binsOf(overview.minutes, step);
  const every = step === 1 ? 'each minute' : `every ${step} minutes`;
  return (
    <div className="grid gap-5 xl:grid-cols-2">
      <Section
        title="Tries by outcome"
        subtitle={`How many HTTP tries, ${every}; what succeeded stands at the bottom.`}
      >
        <OutcomeChart bins={bins} />
      </Section>
      <Section
        title="From event to delivered"
        subtitle={
          step === 1
            ? 'How long it took, percentiles of each minute.'
            : `How long it took, percentiles of the slowest minute, ${every}.`
        }
      >
        <LatencyChart bins={bins} />
      </Section>
    </div>
  );
}
