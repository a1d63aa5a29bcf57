import { LETTER_REASONS } from '@hooklane/client';
import { getRouteApi } from '@tanstack/react-router';
import { RotateCw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useMay } from '../../api/permissions.ts';
import { Button } from '../../ui/button.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { ReadOnlyNote } from '../../ui/read-only-note.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { FilterChips } from '../deliveries/filter-chips.tsx';
import { DeliveryFilterPopover } from '../deliveries/filter-popover.tsx';
import { BulkActions } from './bulk-actions.tsx';
import { BulkDialog } from './bulk-dialog.tsx';
import type { BulkRequest } from './bulk-dialog.tsx';
import { filterOf } from './dead-letters-search.ts';
import type { DeadLettersSearch } from './dead-letters-search.ts';
import { GroupList } from './group-list.tsx';
import { LetterList } from './letter-list.tsx';

const route = getRouteApi('/signed-in/dead-letters');

const VIEWS = [
  { value: 'groups', label: 'By webhook and reason' },
  { value: 'letters', label: 'One by one' },
] as const;

/** Deliveries that were given up on, until a person sends them again or closes them. */
export function DeadLettersPage() {
  const search = route.useSearch();
  const filter = filterOf(search);
  const [request, setRequest] = useState<BulkRequest | null>(null);
  const mayAct = useMay('redriveDeadLetters');
  return (
    <>
      <PageHeader
        title="Dead letters"
        subtitle="Deliveries given up on. They stay here until somebody sends them again or discards them."
        actions={
          mayAct ? (
            <>
              <Button icon={RotateCw} onClick={() => setRequest({ kind: 'redrive', filter })}>
                Redrive all that match
              </Button>
              <Button look="danger" icon={Trash2} onClick={() => setRequest({ kind: 'discard', filter })}>
                Discard all that match
              </Button>
            </>
          ) : (
            <ReadOnlyNote route="redriveDeadLetters" what="redrive or discard them" />
          )
        }
      />
      <BulkActions />
      <FilterBar search={search} />
      {search.view === 'letters' ? (
        <LetterList filter={filter} />
      ) : (
        <GroupList filter={filter} onAct={mayAct ? setRequest : null} />
      )}
      <BulkDialog request={request} onClose={() => setRequest(null)} />
    </>
  );
}

function FilterBar({ search }: { search: DeadLettersSearch }) {
  const navigate = route.useNavigate();
  const change = (changes: Record<string, string | undefined>): void => {
    void navigate({ search: (old) => ({ ...old, ...(changes as Partial<DeadLettersSearch>) }) });
  };
  return (
    <>
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <div className="max-w-full overflow-x-auto">
          <Segmented
            label="Show"
            value={search.view ?? 'groups'}
            options={VIEWS}
            onChange={(view) => change({ view: view === 'groups' ? undefined : view })}
          />
        </div>
        <DeliveryFilterPopover filter={search} reasons={LETTER_REASONS} onApply={change} />
      </div>
      <FilterChips
        filter={search}
        onRemove={(names) => change(Object.fromEntries(names.map((name) => [name, undefined])))}
      />
    </>
  );
}
