import type { ApiWebhook } from '@hooklane/client';
import { useQuery } from '@tanstack/react-query';
import { webhookHealthQuery } from '../../api/webhooks.ts';
import { OUTCOME_LABELS } from '../../ui/status-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { WebhookState } from '../../ui/webhook-state.tsx';

/** Last answer and success rate; of a disabled webhook why it is called no more. */
export function WebhookHealthCell({ webhook }: { webhook: ApiWebhook }) {
  const health = useQuery({ ...webhookHealthQuery(webhook.id), refetchInterval: 15_000 }).data;
  if (webhook.disabled !== null) {
    return (
      <span className="grid gap-0.5">
        <WebhookState webhook={webhook} />
        <span className="truncate text-xs text-ink-3" title={webhook.disabled.message}>
          {webhook.disabled.message}
        </span>
      </span>
    );
  }
  const last = health?.lastAttempt ?? null;
  if (health === undefined) return null;
  if (last === null) return <span className="text-ink-3">never called</span>;
  const isOk = last.outcome === 'ok';
  return (
    <span className="text-sm tabular-nums">
      <span className={isOk ? 'font-medium text-ok' : 'font-medium text-bad'}>
        {last.statusCode ?? OUTCOME_LABELS[last.outcome]}
      </span>{' '}
      <Time at={last.at} as="relative" />
      <span className="block text-xs text-ink-3">
        {health.succeeded} of {health.attempts} tries succeeded
      </span>
    </span>
  );
}
