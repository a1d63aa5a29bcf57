import type { ApiWebhook } from '@hooklane/client';
import { OctagonX } from 'lucide-react';
import { useMay } from '../../api/permissions.ts';
import { Button } from '../../ui/button.tsx';
import { Time } from '../../ui/time.tsx';
import { useUpdateWebhook } from './use-update-webhook.ts';

/** Why a webhook is called no more, since when, and the way back. */
export function DisabledNotice({ webhook }: { webhook: ApiWebhook }) {
  const enable = useUpdateWebhook(webhook, `Webhook ${webhook.name} is enabled`);
  const mayEnable = useMay('updateWebhook');
  if (webhook.disabled === null) return null;
  const { message, at } = webhook.disabled;
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-lg border border-wait-mark/50 bg-wait-soft px-4 py-3">
      <OctagonX className="size-4.5 shrink-0" aria-hidden="true" />
      <p className="min-w-0 flex-1 basis-64">
        <strong className="font-semibold">
          Disabled <Time at={at} as="relative" />.
        </strong>{' '}
        {message}
      </p>
      {mayEnable && (
        <Button pending={enable.isPending} onClick={() => enable.mutate({ enabled: true })}>
          Enable again
        </Button>
      )}
    </div>
  );
}
