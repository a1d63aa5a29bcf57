import type { ApiDeliveryDetail, ApiWebhook } from '@hooklane/client';
import { useMutation, useQuery } from '@tanstack/react-query';
import { LoaderCircle, RotateCw } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { api } from '../../api/client.ts';
import { deliveryQuery } from '../../api/deliveries.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { RequestPanel } from '../delivery/request-panel.tsx';
import { ResponsePanel } from '../delivery/response-panel.tsx';

const POLL_MS = 300;

/** Sends a sample event to this webhook alone, and shows request and response as soon as they are there. */
export function TestWebhookDialog({ webhook, onClose }: { webhook: ApiWebhook; onClose: () => void }) {
  const send = useMutation({ mutationFn: () => api.testWebhook({ params: { id: webhook.id } }) });
  const { mutate } = send;
  const begun = useRef(false);
  useEffect(() => {
    // Once, however often the window is drawn.
    if (begun.current) return;
    begun.current = true;
    mutate();
  }, [mutate]);
  return (
    <Dialog
      open
      wide
      onOpenChange={onClose}
      title={`Test of ${webhook.name}`}
      description="A sample event is sent to this webhook alone, by the same way as any other."
    >
      {send.isError && <ErrorState error={send.error} onRetry={() => mutate()} />}
      {send.isPending && <Waiting text="Sending …" />}
      {send.isSuccess && <TestResult id={send.data.deliveryId} onAgain={() => mutate()} />}
    </Dialog>
  );
}

function TestResult({ id, onAgain }: { id: string; onAgain: () => void }) {
  const query = useQuery({
    ...deliveryQuery(id),
    refetchInterval: ({ state }) => ((state.data?.attempts.length ?? 0) > 0 ? false : POLL_MS),
  });
  if (query.isError && query.data === undefined)
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data === undefined || query.data.attempts.length === 0)
    return <Waiting text="Waiting for the answer …" />;
  return <Answered delivery={query.data} onAgain={onAgain} />;
}

function Answered({ delivery, onAgain }: { delivery: ApiDeliveryDetail; onAgain: () => void }) {
  const attempt = delivery.attempts.at(-1);
  return (
    <div className="grid gap-4">
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <RequestPanel request={delivery.request} />
        {attempt !== undefined && <ResponsePanel attempt={attempt} />}
      </div>
      <div className="flex flex-wrap justify-end gap-2">
        <LinkButton to="/deliveries/$id" params={{ id: delivery.id }}>
          Open the delivery
        </LinkButton>
        <Button icon={RotateCw} onClick={onAgain}>
          Send again
        </Button>
      </div>
    </div>
  );
}

function Waiting({ text }: { text: string }) {
  return (
    <p role="status" className="flex items-center justify-center gap-2.5 py-16 text-ink-2">
      <LoaderCircle className="size-5 animate-spin" aria-hidden="true" /> {text}
    </p>
  );
}
