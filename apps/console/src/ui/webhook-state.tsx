import type { ApiWebhook } from '@hooklane/client';
import { CirclePause, CirclePlay, OctagonX } from 'lucide-react';
import { Badge } from './badge.tsx';

/** Whether it is called, and if not, why not. */
export function WebhookState({ webhook }: { webhook: ApiWebhook }) {
  if (webhook.disabled === null) {
    return (
      <Badge tone="ok" icon={CirclePlay}>
        Enabled
      </Badge>
    );
  }
  return webhook.disabled.reason === 'gone' ? (
    <Badge tone="bad" icon={OctagonX}>
      Disabled: Gone
    </Badge>
  ) : (
    <Badge tone="neutral" icon={CirclePause}>
      Disabled
    </Badge>
  );
}
