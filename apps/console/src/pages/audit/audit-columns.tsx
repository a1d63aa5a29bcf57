import type { ApiAuditEntry } from '@hooklane/client';
import type { Column } from '../../ui/data-table.tsx';
import { ScopeLink } from '../../ui/scope-link.tsx';
import { TextLink } from '../../ui/text-link.tsx';
import { Time } from '../../ui/time.tsx';
import { actionLabel } from './audit-words.ts';

/** The columns of the log. */
export const AUDIT_COLUMNS: readonly Column<ApiAuditEntry>[] = [
  { key: 'at', header: 'When', width: '150px', cell: ({ at }) => <Time at={at} /> },
  { key: 'who', header: 'Who', width: 'minmax(150px, 1fr)', cell: (entry) => <Who entry={entry} /> },
  {
    key: 'what',
    header: 'What',
    width: 'minmax(200px, 1.6fr)',
    cell: (entry) => <What entry={entry} />,
  },
  {
    key: 'account',
    header: 'Account',
    width: 'minmax(90px, 0.6fr)',
    cell: ({ account }) => account ?? <span className="text-ink-3">–</span>,
  },
  {
    key: 'target',
    header: 'Target',
    width: 'minmax(160px, 1.4fr)',
    cell: (entry) => <Target entry={entry} />,
  },
];

/** The same on a phone. */
export function AuditCard({ entry }: { entry: ApiAuditEntry }) {
  return (
    <div className="grid gap-1">
      <div className="flex items-start justify-between gap-3">
        <What entry={entry} />
        <span className="text-sm text-ink-3">
          <Time at={entry.at} />
        </span>
      </div>
      <Who entry={entry} />
      {entry.target !== null && (
        <div className="min-w-0 truncate text-sm">
          {entry.account !== null && <span className="text-ink-3">{entry.account} / </span>}
          <Target entry={entry} />
        </div>
      )}
    </div>
  );
}

function Who({ entry: { actor, via, address } }: { entry: ApiAuditEntry }) {
  return (
    <span className="grid min-w-0">
      <span className="truncate" title={actor.id}>
        {actor.name}
      </span>
      <span className="truncate text-xs text-ink-3">
        {via === 'session' ? 'in the console' : 'by token'}
        {address !== '' && `, from ${plainAddress(address)}`}
      </span>
    </span>
  );
}

/** An IPv4 address that came over an IPv6 socket reads as one. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/, '');
}

function What({ entry: { action, detail } }: { entry: ApiAuditEntry }) {
  return (
    <span className="grid min-w-0 py-1 whitespace-normal">
      <span title={action}>{actionLabel(action)}</span>
      {detail !== null && <span className="text-sm text-ink-2 wrap-anywhere">{detail}</span>}
    </span>
  );
}

/** A link to what was changed, if it has a page. */
function Target({ entry: { target, account } }: { entry: ApiAuditEntry }) {
  if (target === null) return <span className="text-ink-3">–</span>;
  const [, kind, name] = /^(application|environment)\/(.+)$/.exec(target) ?? [];
  if (account !== null && name !== undefined) {
    const scope = { kind: kind === 'application' ? 'application' : 'environment', name } as const;
    return (
      <ScopeLink
        account={account}
        scope={scope}
        className="underline decoration-line-strong underline-offset-3 hover:decoration-ink"
      />
    );
  }
  if (/^wh_[0-9a-z]+$/.test(target)) {
    return (
      <TextLink to="/webhooks/$id" params={{ id: target }} className="font-mono text-sm">
        {target}
      </TextLink>
    );
  }
  if (/\.wh_[0-9a-z]+$/.test(target)) {
    return (
      <TextLink to="/deliveries/$id" params={{ id: target }} className="font-mono text-sm">
        {target}
      </TextLink>
    );
  }
  return (
    <span className="font-mono text-sm" title={target}>
      {target}
    </span>
  );
}
