import { useQuery } from '@tanstack/react-query';
import { webhookQuery } from '../../api/webhooks.ts';
import { eventLabel } from '../../ui/event-label.ts';
import { FilterChipList } from '../../ui/filter-chip-list.tsx';
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
  const { webhook } = filter;
  const { data: named } = useQuery({ ...webhookQuery(webhook ?? ''), enabled: webhook !== undefined });
  const names = (Object.keys(LABELS) as (keyof typeof LABELS)[]).filter((name) => filter[name] !== undefined);
  return (
    <FilterChipList
      chips={names.map((name) => ({
        name,
        label: LABELS[name],
        value: name === 'webhook' ? (named?.name ?? webhook ?? '') : shown(name, filter),
      }))}
      onRemove={(removed) => onRemove(removed as Name[])}
    />
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
