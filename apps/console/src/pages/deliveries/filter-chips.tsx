import { X } from 'lucide-react';
import { eventLabel } from '../../ui/event-label.ts';
import { DEAD_REASON_LABELS } from '../../ui/status-badge.tsx';
import { shortTime } from '../../ui/time-text.ts';
import type { DeliveriesSearch } from './deliveries-search.ts';

type Name = keyof DeliveriesSearch;

const LABELS: Record<Exclude<Name, 'status'>, string> = {
  account: 'Account',
  application: 'Application',
  environment: 'Environment',
  webhook: 'Webhook',
  event: 'Event',
  statusCode: 'Status code',
  reason: 'Reason',
  since: 'Since',
  until: 'Until',
};

/** The filters that hold, each with a cross. */
export interface FilterChipsProps {
  filter: DeliveriesSearch;
  onRemove: (names: readonly Name[]) => void;
}

/** The status has its own control, so it is none of them. */
export function FilterChips({ filter, onRemove }: FilterChipsProps) {
  const names = (Object.keys(LABELS) as (keyof typeof LABELS)[]).filter((name) => filter[name] !== undefined);
  if (names.length === 0) return null;
  return (
    <ul aria-label="Filters that hold" className="mb-3 flex flex-wrap gap-1.5">
      {names.map((name) => (
        <li
          key={name}
          className="flex h-7 max-w-full items-center rounded-full border border-line bg-surface pl-3 text-sm max-lg:h-9"
        >
          <span className="truncate">
            <span className="text-ink-3">{LABELS[name]}: </span>
            {shown(name, filter)}
          </span>
          <button
            type="button"
            aria-label={`Remove the filter ${LABELS[name]}`}
            className="grid h-full w-8 shrink-0 place-items-center rounded-full text-ink-3 hover:text-ink"
            onClick={() => onRemove([name])}
          >
            <X className="size-3.5" aria-hidden="true" />
          </button>
        </li>
      ))}
      {names.length > 1 && (
        <li>
          <button
            type="button"
            className="h-7 px-2 text-sm text-ink-2 underline underline-offset-3 hover:text-ink max-lg:h-9"
            onClick={() => onRemove(names)}
          >
            Remove all
          </button>
        </li>
      )}
    </ul>
  );
}

function shown(name: Name, filter: DeliveriesSearch): string {
  if (name === 'event' && filter.event !== undefined) return eventLabel(filter.event);
  if (name === 'reason' && filter.reason !== undefined) return DEAD_REASON_LABELS[filter.reason];
  const value = filter[name];
  if (name === 'statusCode' && value === 0) return 'no answer';
  if (name === 'since' || name === 'until') return shortTime(new Date(String(value)), new Date());
  return String(value);
}
