import { TriangleAlert, X } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { IconButton } from '../../ui/button.tsx';
import type { DeliveriesSearch } from './deliveries-search.ts';
import { filterText, forgetRefused, refusedSearch, watchRefused } from './refused-search.ts';

/** What the address asked for in vain is said, until it is read or the filter changes. */
export function RefusedFilters({ filter }: { filter: DeliveriesSearch }) {
  const refused = useSyncExternalStore(watchRefused, refusedSearch);
  if (refused === null || refused.filter !== filterText(filter)) return null;
  return (
    <div
      role="alert"
      className="mb-3 flex items-start gap-2.5 rounded-lg border border-wait-mark/50 bg-wait-soft px-4 py-2.5"
    >
      <TriangleAlert className="mt-0.5 size-4.5 shrink-0" aria-hidden="true" />
      <p className="min-w-0 flex-1 wrap-anywhere">
        Left out of the filter, because no delivery can have it:{' '}
        <span className="font-mono text-xs">{refused.parts.join(', ')}</span>
      </p>
      <IconButton label="Close" icon={X} size="sm" onClick={forgetRefused} />
    </div>
  );
}
