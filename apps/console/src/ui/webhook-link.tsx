import type { ApiDelivery } from '@hooklane/client';
import { Link } from '@tanstack/react-router';

/** A link to the webhook of a delivery. */
export interface WebhookLinkProps {
  delivery: Pick<ApiDelivery, 'webhookId' | 'webhookName'>;
  className?: string;
}

/** Shows its Friendly Name; one that was deleted is no link. */
export function WebhookLink({
  delivery,
  className = 'text-ink underline decoration-line-strong underline-offset-3 hover:decoration-ink',
}: WebhookLinkProps) {
  const { webhookId, webhookName } = delivery;
  if (webhookName === null) return <span className="text-ink-3">deleted webhook</span>;
  return (
    <Link to="/webhooks/$id" params={{ id: webhookId }} className={className}>
      {webhookName}
    </Link>
  );
}
