import type { ApiScopeEntry } from '@hooklane/client';
import { AppWindow, Server, ToggleLeft, ToggleRight } from 'lucide-react';
import { Badge } from '../../ui/badge.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { ScopeLink } from '../../ui/scope-link.tsx';

/** A key over all scopes. */
export function scopeKey({ account, scope }: ApiScopeEntry): string {
  return `${account} ${scope.kind} ${scope.name}`;
}

/** The columns of the list. */
export const SCOPE_COLUMNS: readonly Column<ApiScopeEntry>[] = [
  {
    key: 'name',
    header: 'Name',
    width: 'minmax(200px, 2fr)',
    cell: (row) => <ScopeLink {...row} className="row-link font-medium" />,
  },
  { key: 'kind', header: 'Kind', width: '150px', cell: (row) => <Kind row={row} /> },
  {
    key: 'account',
    header: 'Account',
    width: 'minmax(120px, 1fr)',
    cell: ({ account }) => <span className="text-ink-2">{account}</span>,
  },
  { key: 'webhooks', header: 'Webhooks', width: '110px', align: 'end', cell: ({ webhooks }) => webhooks },
  { key: 'enabled', header: 'Webhooks are', width: '130px', cell: (row) => <Enabled row={row} /> },
];

/** The same on a phone. */
export function ScopeCard({ row }: { row: ApiScopeEntry }) {
  return (
    <div className="grid gap-1.5">
      <div className="flex items-center justify-between gap-3">
        <ScopeLink {...row} className="row-link min-w-0 truncate font-medium" />
        <Enabled row={row} />
      </div>
      <div className="flex flex-wrap gap-x-4 text-sm text-ink-2">
        <Kind row={row} />
        <span>{row.account}</span>
        <span>{row.webhooks === 1 ? '1 webhook' : `${row.webhooks} webhooks`}</span>
      </div>
    </div>
  );
}

function Kind({ row }: { row: ApiScopeEntry }) {
  const isApplication = row.scope.kind === 'application';
  const Icon = isApplication ? AppWindow : Server;
  return (
    <span className="inline-flex items-center gap-2 text-ink-2">
      <Icon className="size-4 text-ink-3" aria-hidden="true" />
      {isApplication ? 'Application' : 'Environment'}
    </span>
  );
}

function Enabled({ row }: { row: ApiScopeEntry }) {
  return row.enabled ? (
    <Badge tone="ok" icon={ToggleRight}>
      Enabled
    </Badge>
  ) : (
    <Badge tone="neutral" icon={ToggleLeft}>
      Off
    </Badge>
  );
}
