import type { ApiDeliveryFilter } from '@hooklane/client';
import type { ApiDeadLetterGroup } from '../../api/dead-letters.ts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { RotateCw, Trash2 } from 'lucide-react';
import { deadLetterGroupsQuery } from '../../api/dead-letters.ts';
import { IconButton } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { eventLabel } from '../../ui/event-label.ts';
import { count, countOf } from '../../ui/number-text.ts';
import { PageLoading } from '../../ui/page-loading.tsx';
import { ScopeLink } from '../../ui/scope-link.tsx';
import { DEAD_REASON_LABELS } from '../../ui/status-badge.tsx';
import { Time } from '../../ui/time.tsx';
import type { BulkRequest } from './bulk-dialog.tsx';
import type { DeadLettersSearch } from './dead-letters-search.ts';
import { groupFilter, groupKey, groupTitle } from './group.ts';
import { NoDeadLetters } from './no-dead-letters.tsx';

/** What it shows, and who does what the buttons say. */
export interface GroupListProps {
  filter: ApiDeliveryFilter;
  /** null: who is signed in may not. */
  onAct: ((request: BulkRequest) => void) | null;
}

/** Which webhooks have dead letters, and why: the largest group first. */
export function GroupList({ filter, onAct }: GroupListProps) {
  const query = useQuery(deadLetterGroupsQuery(filter));
  if (query.isPending) return <PageLoading />;
  if (query.data === undefined)
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const { items, truncated } = query.data;
  if (items.length === 0) return <NoDeadLetters filtered={Object.keys(filter).length > 0} />;
  return (
    <Card>
      <DataTable
        label="Dead letters by webhook and reason"
        columns={columnsOf(filter, onAct)}
        rows={items}
        rowKey={groupKey}
        card={(group) => <GroupCard group={group} filter={filter} onAct={onAct} />}
      />
      <p className="border-t border-line px-4 py-2 text-sm text-ink-3">
        {truncated
          ? 'There are more than could be counted at once: the figures are of the newest. A filter narrows them down.'
          : `${countOf(items.length, 'group', 'groups')}, ${countOf(total(items), 'dead letter', 'dead letters')}.`}
      </p>
    </Card>
  );
}

function total(groups: readonly ApiDeadLetterGroup[]): number {
  return groups.reduce((sum, group) => sum + group.count, 0);
}

function columnsOf(
  filter: ApiDeliveryFilter,
  onAct: GroupListProps['onAct'],
): readonly Column<ApiDeadLetterGroup>[] {
  return [
    {
      key: 'webhook',
      header: 'Webhook',
      width: 'minmax(150px, 1.3fr)',
      cell: (group) => <GroupLink group={group} filter={filter} />,
    },
    {
      key: 'scope',
      header: 'Application or environment',
      width: 'minmax(170px, 1.2fr)',
      cell: ({ account, scope }) => (
        <span>
          <span className="text-ink-3">{account} / </span>
          <ScopeLink account={account} scope={scope} className="above-row-link hover:underline" />
        </span>
      ),
    },
    { key: 'event', header: 'Event', width: '140px', wideOnly: true, cell: ({ event }) => eventLabel(event) },
    {
      key: 'reason',
      header: 'Reason',
      width: 'minmax(190px, 1.4fr)',
      cell: (group) => <Reason group={group} />,
    },
    { key: 'count', header: 'Letters', width: '84px', align: 'end', cell: (group) => count(group.count) },
    {
      key: 'first',
      header: 'First',
      width: '112px',
      wideOnly: true,
      cell: ({ firstAt }) => <Time at={firstAt} />,
    },
    { key: 'last', header: 'Last', width: '112px', cell: ({ lastAt }) => <Time at={lastAt} /> },
    ...(onAct === null ? [] : [actionColumn(filter, onAct)]),
  ];
}

type Act = NonNullable<GroupListProps['onAct']>;

function actionColumn(filter: ApiDeliveryFilter, onAct: Act): Column<ApiDeadLetterGroup> {
  return {
    key: 'act',
    header: 'Actions',
    width: '88px',
    cell: (group) => <Actions group={group} filter={filter} onAct={onAct} />,
  };
}

interface GroupProps {
  group: ApiDeadLetterGroup;
  filter: ApiDeliveryFilter;
}

function GroupLink({ group, filter }: GroupProps) {
  return (
    <Link
      to="/dead-letters"
      search={{ ...(groupFilter(group, filter) as DeadLettersSearch), view: 'letters' }}
      className="row-link font-medium"
    >
      {group.webhookName ?? group.webhookId}
    </Link>
  );
}

function Reason({ group: { reason, statusCode } }: { group: ApiDeadLetterGroup }) {
  return (
    <span>
      {DEAD_REASON_LABELS[reason]}
      <span className="text-ink-3">{statusCode === null ? ', no answer' : `, last ${statusCode}`}</span>
    </span>
  );
}

function Actions({ group, filter, onAct }: GroupProps & { onAct: Act }) {
  const of = { filter: groupFilter(group, filter), title: groupTitle(group) };
  return (
    <span className="above-row-link flex">
      <IconButton
        size="sm"
        label={`Redrive ${of.title}`}
        icon={RotateCw}
        onClick={() => onAct({ kind: 'redrive', ...of })}
      />
      <IconButton
        size="sm"
        label={`Discard ${of.title}`}
        icon={Trash2}
        onClick={() => onAct({ kind: 'discard', ...of })}
      />
    </span>
  );
}

function GroupCard({ group, filter, onAct }: GroupProps & { onAct: GroupListProps['onAct'] }) {
  return (
    <div className="grid gap-1">
      <div className="flex items-center justify-between gap-3">
        <span className="min-w-0 truncate">
          <GroupLink group={group} filter={filter} />
        </span>
        {onAct !== null && <Actions group={group} filter={filter} onAct={onAct} />}
      </div>
      <div className="truncate text-sm text-ink-2">
        {group.account} / {group.scope.name} · {eventLabel(group.event)}
      </div>
      <div className="flex justify-between gap-3 text-sm">
        <span className="truncate">
          {count(group.count)} × <Reason group={group} />
        </span>
        <Time at={group.lastAt} />
      </div>
    </div>
  );
}
