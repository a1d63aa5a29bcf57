import type { ApiWebhook } from '@hooklane/client';
import { Pencil, SendHorizontal, X } from 'lucide-react';
import { useState } from 'react';
import { useMay } from '../../api/permissions.ts';
import { IconButton } from '../../ui/button.tsx';
import { DeleteWebhookDialog } from '../webhook/delete-webhook-dialog.tsx';
import { EditWebhookDialog } from '../webhook/edit-webhook-dialog.tsx';
import { TestWebhookDialog } from '../webhook/test-webhook-dialog.tsx';

/** What can be done with a webhook from its row; the rest is on its page. */
export function WebhookActions({ webhook }: { webhook: ApiWebhook }) {
  const { name, enabled } = webhook;
  const [shown, setShown] = useState<'test' | 'edit' | 'delete' | null>(null);
  const close = (): void => setShown(null);
  if (!useMay('updateWebhook')) return null;
  return (
    <div className="flex justify-end gap-0.5">
      <IconButton
        label={`Send a test to ${name}`}
        icon={SendHorizontal}
        size="sm"
        disabled={!enabled}
        onClick={() => setShown('test')}
      />
      <IconButton label={`Edit ${name}`} icon={Pencil} size="sm" onClick={() => setShown('edit')} />
      <IconButton
        label={`Delete ${name}`}
        icon={X}
        size="sm"
        className="text-bad! hover:bg-bad-soft!"
        onClick={() => setShown('delete')}
      />
      {shown === 'test' && <TestWebhookDialog webhook={webhook} onClose={close} />}
      {shown === 'edit' && <EditWebhookDialog webhook={webhook} onClose={close} />}
      {shown === 'delete' && <DeleteWebhookDialog webhook={webhook} onClose={close} />}
    </div>
  );
}
