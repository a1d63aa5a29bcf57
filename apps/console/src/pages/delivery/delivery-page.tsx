import type { ApiAttempt, ApiDelivery, ApiDeliveryDetail } from '@hooklane/client';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { deliveryQuery, sentRequestQuery } from '../../api/deliveries.ts';
import { eventLabel } from '../../ui/event-label.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { ScopeLink } from '../../ui/scope-link.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { TextLink } from '../../ui/text-link.tsx';
import { WebhookLink } from '../../ui/webhook-link.tsx';
import { AttemptTimeline } from './attempt-timeline.tsx';
import { DeliveryActions } from './delivery-actions.tsx';
import { RequestPanel } from './request-panel.tsx';
import { ResponsePanel } from './response-panel.tsx';
import { StatusLine } from './status-line.tsx';

const route = getRouteApi('/signed-in/deliveries/$id');

/** While it is not finished it is asked for again, ms; afterwards less often, since anybody can send it again. */
const OPEN_POLL_MS = 2000;
const FINISHED_POLL_MS = 5000;

/** One delivery: where it stands, every try, what was sent and what came back. */
export function DeliveryPage() {
  const { id } = route.useParams();
  const query = useQuery({
    ...deliveryQuery(id),
    refetchInterval: ({ state }) => (isOpen(state.data) ? OPEN_POLL_MS : FINISHED_POLL_MS),
  });
  return <Loaded query={query}>{(delivery) => <LoadedDelivery delivery={delivery} />}</Loaded>;
}

function isOpen(delivery: ApiDelivery | undefined): boolean {
  return delivery?.status === 'pending' || delivery?.status === 'retrying';
}

function LoadedDelivery({ delivery }: { delivery: ApiDeliveryDetail }) {
  const { account, scope, event, status, attempts } = delivery;
  const [chosen, setChosen] = useState<number | null>(null);
  const shown = attempts.find(({ number }) => number === chosen) ?? attempts.at(-1);
  return (
    <>
      <PageHeader
        title={eventLabel(event)}
        heading={
          <span className="flex flex-wrap items-center gap-3">
            {eventLabel(event)} <StatusBadge status={status} />
          </span>
        }
        above={<TextLink to="/deliveries">Deliveries</TextLink>}
        subtitle={
          <>
            {account} /{' '}
            <ScopeLink
              account={account}
              scope={scope}
              className="text-ink underline decoration-line-strong underline-offset-3 hover:decoration-ink"
            />{' '}
            to <WebhookLink delivery={delivery} />
          </>
        }
        actions={<DeliveryActions delivery={delivery} />}
      />
      <StatusLine delivery={delivery} />
      <div className="mt-5 grid items-start gap-5 lg:grid-cols-2 xl:grid-cols-[19rem_minmax(0,1fr)_minmax(0,1fr)]">
        <div className="lg:col-span-2 xl:col-span-1">
          <AttemptTimeline delivery={delivery} chosen={shown?.number ?? null} onChoose={setChosen} />
        </div>
        <RequestOfTry delivery={delivery} attempt={shown ?? null} />
        {shown !== undefined && <ResponsePanel attempt={shown} />}
      </div>
    </>
  );
}

/** The delivery comes with the request of its latest try; that of another one is asked for. */
function RequestOfTry({ delivery, attempt }: { delivery: ApiDeliveryDetail; attempt: ApiAttempt | null }) {
  const { id, request } = delivery;
  const isThere = request === null || attempt === null || request.attempt === attempt.number;
  const query = useQuery({ ...sentRequestQuery(id, attempt?.number ?? 1), enabled: !isThere });
  if (isThere) return <RequestPanel request={request} />;
  return <Loaded query={query}>{(older) => <RequestPanel request={older} />}</Loaded>;
}
