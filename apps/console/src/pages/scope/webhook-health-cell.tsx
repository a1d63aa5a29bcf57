import type { ApiScopeHealth, ApiWebhook } from '@hooklane/client';
import { OUTCOME_LABELS } from '../../ui/status-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { WebhookState } from '../../ui/webhook-state.tsx';

/** What it shows. */
export interface WebhookHealthCellProps {
  webhook: ApiWebhook;
  /** undefined: not known yet. */
  health: ApiScopeHealth['items'][number] | undefined;
}

/** Last answer and success rate; of a disabled webhook why it is called no more. */
export function WebhookHealthCell({ webhook, health }: WebhookHealthCellProps) {
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
  if (health === undefined) return null;
  const last = health.lastAttempt;
  if (last === null) return <span className="text-ink-3">never called</span>;
  const isOk = last.outcome === 'ok';
  return (
    <span className="text-sm tabular-nums">
      <span className={isOk ? 'font-medium text-ok' : 'font-medium text-bad'}>
        {last.statusCode ?? OUTCOME_LABELS[last.outcome]}
      </span>{' '}
      <Time at={last.at} as="relative" />
      <span className="block text-xs text-ink-3">
        {health.succeeded} of the last {health.attempts} succeeded
      </span>
    </span>
  );
}
