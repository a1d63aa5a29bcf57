import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { eventQuery } from '../../api/events.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { eventLabel } from '../../ui/event-label.ts';
import { PageHeader } from '../../ui/page-header.tsx';
import { PageLoading } from '../../ui/page-loading.tsx';

const route = getRouteApi('/signed-in/events/$id');

/** One event: who heard of it. */
export function EventPage() {
  const { id } = route.useParams();
  const query = useQuery(eventQuery(id));
  if (query.isPending) return <PageLoading />;
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const { type } = query.data;
  return <PageHeader title={eventLabel(type)} subtitle={id} />;
}
