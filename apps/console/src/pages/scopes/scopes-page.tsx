import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { LayoutGrid, Plus, Search, SearchX } from 'lucide-react';
import { useCallback, useState } from 'react';
import { useMay } from '../../api/permissions.ts';
import { scopesQuery } from '../../api/scopes.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { Input } from '../../ui/controls.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { PageLoading } from '../../ui/page-loading.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { useSettledText } from '../../ui/settled-text.ts';
import { OpenScopeDialog } from './open-scope-dialog.tsx';
import { SCOPE_COLUMNS, ScopeCard, scopeKey } from './scope-columns.tsx';
import type { ScopesSearch } from './scopes-search.ts';

const route = getRouteApi('/signed-in/scopes');

const KINDS = [
  { value: 'all', label: 'All' },
  { value: 'application', label: 'Applications' },
  { value: 'environment', label: 'Environments' },
] as const;

/** Every application and environment that has a switch or a webhook. */
export function ScopesPage() {
  const filter = route.useSearch();
  const [adding, setAdding] = useState(false);
  const mayAdd = useMay('updateWebhook');
  return (
    <>
      <PageHeader
        title="Applications and environments"
        subtitle="Builds belong to an application, deployments to an environment. Open one to configure its webhooks."
        actions={
          mayAdd && (
            <Button look="primary" icon={Plus} onClick={() => setAdding(true)}>
              Configure another
            </Button>
          )
        }
      />
      <FilterBar filter={filter} />
      <ScopeList filter={filter} onAdd={mayAdd ? () => setAdding(true) : null} />
      <OpenScopeDialog open={adding} onOpenChange={setAdding} />
    </>
  );
}

function FilterBar({ filter }: { filter: ScopesSearch }) {
  const navigate = route.useNavigate();
  const settle = useCallback(
    (text: string) => {
      void navigate({ search: (old) => ({ ...old, search: text.trim() || undefined }), replace: true });
    },
    [navigate],
  );
  const [text, setText] = useSettledText(filter.search ?? '', settle);
  return (
    <search className="mb-3 flex flex-wrap items-center gap-2">
      <div className="relative w-full sm:w-72">
        <Search
          className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-ink-3"
          aria-hidden="true"
        />
        <Input
          type="search"
          aria-label="Search by name or account"
          placeholder="Search by name or account"
          className="pl-8!"
          maxLength={256}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      <Segmented
        label="Kind"
        value={filter.kind ?? 'all'}
        options={KINDS}
        onChange={(kind) => {
          void navigate({
            search: (old) => ({ ...old, kind: kind === 'all' ? undefined : kind }),
            replace: true,
          });
        }}
      />
    </search>
  );
}

/** `onAdd` null: who is signed in may not. */
interface ScopeListProps {
  filter: ScopesSearch;
  onAdd: (() => void) | null;
}

function ScopeList({ filter, onAdd }: ScopeListProps) {
  const query = useInfiniteQuery(scopesQuery(filter));
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = query;
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, hasNextPage, isFetchingNextPage]);
  if (query.isPending) return <PageLoading />;
  if (query.data === undefined)
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const rows = query.data.pages.flatMap(({ items }) => items);
  if (rows.length === 0) return <NoScopes filter={filter} onAdd={onAdd} />;
  return (
    <Card>
      <DataTable
        label="Applications and environments"
        columns={SCOPE_COLUMNS}
        rows={rows}
        rowKey={scopeKey}
        card={(row) => <ScopeCard row={row} />}
        onEnd={onEnd}
      />
      <LoadMore hasMore={hasNextPage} isLoading={isFetchingNextPage} onMore={onEnd} shown={rows.length} />
    </Card>
  );
}

function NoScopes({ filter, onAdd }: ScopeListProps) {
  const isFiltered = filter.search !== undefined || filter.kind !== undefined;
  if (isFiltered) {
    return (
      <EmptyState icon={SearchX} title="Nothing matches">
        No configured application or environment has this in its name or account. One that nobody configured
        yet is not listed{onAdd === null ? '.' : ': open it with “Configure another”.'}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={LayoutGrid}
      title="No webhooks yet"
      action={
        onAdd !== null && (
          <Button look="primary" icon={Plus} onClick={onAdd}>
            Configure an application or environment
          </Button>
        )
      }
    >
      {onAdd === null
        ? 'No application or environment that you may see has one. A token with the role manage can add some.'
        : 'Name the application whose builds, or the environment whose deployments, somebody should hear of. Its page is where webhooks are enabled and added.'}
    </EmptyState>
  );
}
