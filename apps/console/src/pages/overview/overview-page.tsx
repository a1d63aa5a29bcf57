import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { overviewQuery, statusQuery } from '../../api/overview.ts';
import { useBoundAccounts } from '../../api/permissions.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { PageLoading } from '../../ui/page-loading.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { Charts } from './charts.tsx';
import { OpenLanes } from './open-lanes.tsx';
import { SPANS } from './overview-search.ts';
import type { Span } from './overview-search.ts';
import { Troubles } from './troubles.tsx';
import { VitalSigns } from './vital-signs.tsx';
import { Workers } from './workers.tsx';

const route = getRouteApi('/signed-in/');

/** Whether users wait, and why. Looks again every few seconds. */
export function OverviewPage() {
  const { minutes = '60' } = route.useSearch();
  const navigate = route.useNavigate();
  const isBound = useBoundAccounts() !== null;
  return (
    <>
      <PageHeader
        title="Overview"
        subtitle={
          isBound
            ? 'How deliveries of all accounts together are doing; the lanes are those of yours. Looks again every few seconds.'
            : 'How deliveries are doing. Looks again every few seconds.'
        }
        actions={
          <Segmented
            label="Time span"
            value={minutes}
            options={SPANS}
            onChange={(span) => {
              void navigate({ search: { minutes: span === '60' ? undefined : span }, replace: true });
            }}
          />
        }
      />
      <Overview span={minutes} />
    </>
  );
}

function Overview({ span }: { span: Span }) {
  const query = useQuery(overviewQuery(Number(span)));
  const status = useQuery(statusQuery);
  // What was seen last stays, with a word above it, when one look fails.
  if (query.data === undefined) {
    if (query.isPending) return <PageLoading />;
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  }
  return (
    <div className="grid gap-5">
      <Troubles overview={query.data} status={status.data ?? null} error={query.error} />
      <VitalSigns overview={query.data} span={span} />
      <Charts overview={query.data} span={span} />
      <div className="grid gap-5 xl:grid-cols-2">
        <OpenLanes overview={query.data} />
        <Workers workers={query.data.workers} server={status.data?.version ?? null} />
      </div>
    </div>
  );
}
