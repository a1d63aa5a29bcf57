import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { ScrollText, SearchX } from 'lucide-react';
import { auditQuery } from '../../api/audit.ts';
import { useMay } from '../../api/permissions.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { EndlessTable } from '../../ui/endless-table.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { ReadOnlyNote } from '../../ui/read-only-note.tsx';
import { AUDIT_COLUMNS, AuditCard } from './audit-columns.tsx';
import { AuditFilters } from './audit-filters.tsx';
import type { AuditSearch } from './audit-search.ts';

const route = getRouteApi('/signed-in/audit');

/** Who changed what, when and from where. For admins. */
export function AuditPage() {
  const filter = route.useSearch();
  const may = useMay('listAudit');
  return (
    <>
      <PageHeader
        title="Audit log"
        subtitle="Every change, test, redelivery, redrive and sign-in that was carried out, the newest first."
      />
      <ReadOnlyNote route="listAudit" what="see who changed what" />
      {may && <AuditFilters filter={filter} />}
      {may && <AuditList filter={filter} />}
    </>
  );
}

function AuditList({ filter }: { filter: AuditSearch }) {
  return (
    <EndlessTable
      query={useInfiniteQuery(auditQuery(filter))}
      label="Audit log"
      columns={AUDIT_COLUMNS}
      rowKey={({ id }) => id}
      card={(entry) => <AuditCard entry={entry} />}
      empty={<NoEntries filter={filter} />}
    />
  );
}

function NoEntries({ filter }: { filter: AuditSearch }) {
  if (Object.values(filter).some((value) => value !== undefined)) {
    return (
      <EmptyState icon={SearchX} title="No entry matches">
        Remove a filter. Names of tokens and targets must be given as a whole.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={ScrollText} title="Nothing was changed yet">
      As soon as somebody signs in or changes something, it stands here.
    </EmptyState>
  );
}
