import { DEAD_REASONS } from '@hooklane/client';
import { DELIVERY_STATUSES } from '@hooklane/core';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Segmented } from '../../ui/segmented.tsx';
import { STATUS_LOOKS } from '../../ui/status-badge.tsx';
import type { DeliveriesSearch } from './deliveries-search.ts';
import { FilterChips } from './filter-chips.tsx';
import { DeliveryFilterPopover } from './filter-popover.tsx';

const route = getRouteApi('/signed-in/deliveries');

const STATUSES = [
  { value: 'all', label: 'All' },
  ...DELIVERY_STATUSES.map((status) => ({ value: status, label: STATUS_LOOKS[status].label })),
] as const;

/** The filters above the list; each change is a new address. */
export function DeliveryFilters({ filter, children }: { filter: DeliveriesSearch; children?: ReactNode }) {
  const navigate = route.useNavigate();
  const change = (changes: Record<string, string | undefined>): void => {
    void navigate({ search: (old) => ({ ...old, ...(changes as Partial<DeliveriesSearch>) }) });
  };
  return (
    <>
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <div className="max-w-full overflow-x-auto">
          <Segmented
            label="Status"
            value={filter.status ?? 'all'}
            options={STATUSES}
            onChange={(status) => change({ status: status === 'all' ? undefined : status })}
          />
        </div>
        <DeliveryFilterPopover filter={filter} reasons={DEAD_REASONS} onApply={change} />
        {children}
      </div>
      <FilterChips
        filter={filter}
        onRemove={(names) => change(Object.fromEntries(names.map((name) => [name, undefined])))}
      />
    </>
  );
}
