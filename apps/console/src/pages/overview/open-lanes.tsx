import type { ApiOverview } from '@hooklane/client';
import { CircleCheck } from 'lucide-react';
import { Section } from '../../ui/card.tsx';
import { OUTCOME_LABELS } from '../../ui/status-badge.tsx';
import { TextLink } from '../../ui/text-link.tsx';
import { Time } from '../../ui/time.tsx';

type OpenLane = ApiOverview['openLanes'][number];

/** Webhooks whose receiver fails; their deliveries wait, one probe at a time goes out. */
export function OpenLanes({ overview }: { overview: ApiOverview }) {
  const { openLanes, lanes } = overview;
  const hidden = lanes.open - openLanes.length;
  return (
    <Section
      title="Open lanes"
      subtitle="Their receivers fail: one probe at a time goes out, the rest waits uncharged."
    >
      {openLanes.length === 0 ? (
        <p className="flex items-center gap-2 px-4 py-6 text-ink-2">
          <CircleCheck className="size-4 text-ok" aria-hidden="true" /> All receivers that are called answer.
        </p>
      ) : (
        <ul>
          {openLanes.map((lane) => (
            <LaneRow key={lane.webhookId} lane={lane} />
          ))}
        </ul>
      )}
      {hidden > 0 && <p className="border-t border-line px-4 py-2 text-sm text-ink-3">and {hidden} more</p>}
    </Section>
  );
}

function LaneRow({ lane }: { lane: OpenLane }) {
  const { webhookId, name, account, scope, faults, nextProbeAt } = lane;
  return (
    <li className="grid gap-x-4 gap-y-0.5 border-b border-line px-4 py-2.5 last:border-b-0 sm:grid-cols-[1fr_auto]">
      <div className="min-w-0 truncate">
        <TextLink to="/webhooks/$id" params={{ id: webhookId }}>
          {name}
        </TextLink>
        <span className="text-ink-3">
          {' '}
          {account} / {scope.name}
        </span>
      </div>
      <div className="text-sm text-ink-2 sm:text-right">
        {nextProbeAt === null ? (
          'being probed'
        ) : (
          <>
            next probe <Time at={nextProbeAt} as="relative" />
          </>
        )}
      </div>
      <div className="min-w-0 truncate text-sm text-bad sm:col-span-2">
        {reasonOf(lane)}
        <span className="text-ink-3"> · {faults} faults in a row</span>
      </div>
    </li>
  );
}

function reasonOf({ last }: OpenLane): string {
  if (last === null) return 'Its receiver fails';
  const label = OUTCOME_LABELS[last.outcome];
  if (last.statusCode !== null) return `${label}: status ${last.statusCode}`;
  return last.error === null ? label : `${label}: ${last.error.message}`;
}
