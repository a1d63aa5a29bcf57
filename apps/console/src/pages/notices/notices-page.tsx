import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { BellRing, CheckCheck } from 'lucide-react';
import { acknowledge, noticesQuery, refreshNotices } from '../../api/notices.ts';
import { useMay } from '../../api/permissions.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { EndlessTable } from '../../ui/endless-table.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { toastDone, toastError } from '../../ui/toast.tsx';
import { AccountField } from './account-field.tsx';
import { NoticeCard, noticeColumns } from './notice-columns.tsx';
import { noticeFilterOf } from './notices-search.ts';
import type { NoticesSearch } from './notices-search.ts';
import { NotificationUrl } from './notification-url.tsx';

const route = getRouteApi('/signed-in/notices');

const SHOWN = [
  { value: 'open', label: 'Open' },
  { value: 'acknowledged', label: 'Acknowledged' },
  { value: 'all', label: 'All' },
] as const;

/** What Hooklane tells people of webhooks that fail, were disabled, or work again. */
export function NoticesPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <>
      <PageHeader
        title="Notices"
        subtitle="Webhooks that fail, were disabled, or work again. An open one stays until somebody acknowledges it."
      />
      <NotificationUrl account={search.account} />
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <Segmented
          label="Show"
          value={search.show ?? 'open'}
          options={SHOWN}
          onChange={(show) => {
            void navigate({ search: (old) => ({ ...old, show: show === 'open' ? undefined : show }) });
          }}
        />
        <AccountField
          value={search.account}
          onChange={(account) => void navigate({ search: (old) => ({ ...old, account }), replace: true })}
        />
      </div>
      <NoticeList search={search} />
    </>
  );
}

function NoticeList({ search }: { search: NoticesSearch }) {
  const query = useInfiniteQuery(noticesQuery(noticeFilterOf(search)));
  const seen = useAcknowledge();
  const onAcknowledge = useMay('acknowledgeNotice') ? ({ id }: { id: string }) => seen.mutate([id]) : null;
  const rows = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const open = rows.filter(({ acknowledgedAt }) => acknowledgedAt === null).map(({ id }) => id);
  return (
    <>
      <EndlessTable
        query={query}
        label="Notices"
        columns={noticeColumns(onAcknowledge)}
        rowKey={({ id }) => id}
        card={(notice) => <NoticeCard notice={notice} onAcknowledge={onAcknowledge} />}
        empty={<NoNotices search={search} />}
      />
      {onAcknowledge !== null && open.length > 1 && (
        <div className="mt-3 flex justify-end">
          <Button icon={CheckCheck} pending={seen.isPending} onClick={() => seen.mutate(open)}>
            Acknowledge these {open.length}
          </Button>
        </div>
      )}
    </>
  );
}

function useAcknowledge() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (ids: readonly string[]) => acknowledge(ids),
    onError: toastError,
    onSuccess: (_, ids) => {
      toastDone(ids.length === 1 ? 'The notice is acknowledged' : `${ids.length} notices are acknowledged`);
    },
    onSettled: () => refreshNotices(queryClient),
  });
}

function NoNotices({ search: { show, account } }: { search: NoticesSearch }) {
  const of = account === undefined ? '' : ` of ${account}`;
  if (show === undefined) {
    return (
      <EmptyState icon={BellRing} title={`No open notices${of}`}>
        As soon as every try of a webhook fails, or one is disabled, it is told here.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={BellRing} title={show === 'all' ? `No notices${of}` : `None${of} was acknowledged`}>
      The latest 1,000 of an account are kept for 90 days.
    </EmptyState>
  );
}
