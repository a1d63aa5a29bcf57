import type { ApiToken } from '@hooklane/client';
import { Trash2 } from 'lucide-react';
import { Badge } from '../../ui/badge.tsx';
import { IconButton } from '../../ui/button.tsx';
import { useNow } from '../../ui/clock.ts';
import type { Column } from '../../ui/data-table.tsx';
import { Time } from '../../ui/time.tsx';

/** Asks before it is revoked. */
export type AskRevoke = (token: ApiToken) => void;

/** The columns of the list. */
export function tokenColumns(onRevoke: AskRevoke): readonly Column<ApiToken>[] {
  return [
    {
      key: 'name',
      header: 'Name',
      width: 'minmax(150px, 2fr)',
      cell: ({ name }) => (
        <span className="font-medium" title={name}>
          {name}
        </span>
      ),
    },
    { key: 'roles', header: 'Roles', width: 'minmax(120px, 1fr)', cell: (token) => <Roles token={token} /> },
    {
      key: 'accounts',
      header: 'Accounts',
      width: 'minmax(110px, 1fr)',
      cell: (token) => <Accounts token={token} />,
    },
    {
      key: 'created',
      header: 'Created',
      width: 'minmax(120px, 1fr)',
      cell: ({ createdAt, createdBy }) => (
        <span className="grid">
          <Time at={createdAt} />
          <span className="truncate text-xs text-ink-3">by {createdBy}</span>
        </span>
      ),
    },
    { key: 'used', header: 'Last used', width: '120px', cell: (token) => <LastUsed token={token} /> },
    { key: 'expires', header: 'Expires', width: '120px', cell: (token) => <Expires token={token} /> },
    {
      key: 'act',
      header: 'Actions',
      width: '72px',
      align: 'end',
      cell: (token) => <Revoke token={token} onRevoke={onRevoke} />,
    },
  ];
}

/** The same on a phone. */
export function TokenCard({ token, onRevoke }: { token: ApiToken; onRevoke: AskRevoke }) {
  return (
    <div className="grid gap-1.5">
      <div className="flex items-center justify-between gap-3">
        <span className="min-w-0 truncate font-medium">{token.name}</span>
        <Revoke token={token} onRevoke={onRevoke} />
      </div>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Roles token={token} />
        <span className="text-sm">
          <Accounts token={token} />
        </span>
      </div>
      <div className="flex flex-wrap gap-x-4 text-sm text-ink-2">
        <span>
          Created <Time at={token.createdAt} /> by {token.createdBy}
        </span>
        <span>
          Last used: <LastUsed token={token} />
        </span>
        <span>
          Expires: <Expires token={token} />
        </span>
      </div>
    </div>
  );
}

function Roles({ token: { roles } }: { token: ApiToken }) {
  return (
    <span className="flex flex-wrap gap-1">
      {roles.map((role) => (
        <Badge key={role} tone={role === 'admin' ? 'wait' : 'neutral'}>
          {role}
        </Badge>
      ))}
    </span>
  );
}

function Accounts({ token: { accounts } }: { token: ApiToken }) {
  if (accounts === null) return <span className="text-ink-3">all</span>;
  return <span title={accounts.join(', ')}>{accounts.join(', ')}</span>;
}

function LastUsed({ token: { lastUsedAt } }: { token: ApiToken }) {
  return lastUsedAt === null ? (
    <span className="text-ink-3">never</span>
  ) : (
    <Time at={lastUsedAt} as="relative" />
  );
}

function Expires({ token: { expiresAt } }: { token: ApiToken }) {
  const now = useNow();
  if (expiresAt === null) return <span className="text-ink-3">never</span>;
  if (Date.parse(expiresAt) > now.getTime()) return <Time at={expiresAt} as="relative" />;
  return <span className="text-bad">expired</span>;
}

function Revoke({ token, onRevoke }: { token: ApiToken; onRevoke: AskRevoke }) {
  return (
    <IconButton
      size="sm"
      label={`Revoke ${token.name}`}
      icon={Trash2}
      className="text-bad! hover:bg-bad-soft!"
      onClick={() => onRevoke(token)}
    />
  );
}
