import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import { Section } from '../../ui/card.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LastAnswer } from '../../ui/last-answer.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { Time } from '../../ui/time.tsx';

const SHOWN = 10;
const REFRESH_MS = 5000;

/** The newest deliveries of a webhook. */
export function LatestDeliveries({ id }: { id: string }) {
  const query = useQuery({
    queryKey: ['deliveries-of', id],
    queryFn: ({ signal }) => api.listDeliveries({ query: { webhook: id, limit: SHOWN } }, { signal }),
    refetchInterval: REFRESH_MS,
  });
  return (
    <Section
      title="Latest deliveries"
      actions={
        <LinkButton to="/deliveries" search={{ webhook: id }} size="sm">
          All of them
        </LinkButton>
      }
    >
      {query.isPending && <Skeleton className="m-4 h-40" />}
      {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.data?.items.length === 0 && (
        <p className="px-4 py-6 text-ink-2">
          None yet: it is called when its event happens, or when you send a test.
        </p>
      )}
      <ul className="divide-y divide-line">
        {query.data?.items.map((delivery) => (
          <li
            key={delivery.id}
            className="relative grid grid-cols-[7rem_1fr_auto] items-center gap-3 px-4 py-2 hover:bg-hover"
          >
            <StatusBadge status={delivery.status} />
            <Link to="/deliveries/$id" params={{ id: delivery.id }} className="row-link truncate">
              <LastAnswer delivery={delivery} />
              {delivery.attemptCount > 1 && (
                <span className="text-ink-3"> after {delivery.attemptCount} tries</span>
              )}
              <span className="sr-only"> Open the delivery</span>
            </Link>
            <Time at={delivery.createdAt} />
          </li>
        ))}
      </ul>
    </Section>
  );
}
