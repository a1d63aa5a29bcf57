import type { ApiWebhook } from '@hooklane/client';
import { useNavigate } from '@tanstack/react-router';
import { CirclePause, CirclePlay, Ellipsis, KeyRound, Pencil, SendHorizontal, Trash2 } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { useState } from 'react';
import { useMay } from '../../api/permissions.ts';
import { addressOf } from '../../api/webhooks.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { menuContent, menuItem } from '../../ui/menu-styles.ts';
import { ReadOnlyNote } from '../../ui/read-only-note.tsx';
import { DeleteWebhookDialog } from './delete-webhook-dialog.tsx';
import { EditWebhookDialog } from './edit-webhook-dialog.tsx';
import { RotateSecretDialog } from './rotate-secret-dialog.tsx';
import { TestWebhookDialog } from './test-webhook-dialog.tsx';
import { useUpdateWebhook } from './use-update-webhook.ts';

type Window = 'test' | 'edit' | 'rotate' | 'delete';

/** What can be done with a webhook. */
export function WebhookToolbar({ webhook }: { webhook: ApiWebhook }) {
  const navigate = useNavigate();
  const [shown, setShown] = useState<Window | null>(null);
  const close = (): void => setShown(null);
  const leave = (): void => {
    const { kind, account, name } = addressOf(webhook);
    const to =
      kind === 'application'
        ? '/accounts/$account/applications/$name'
        : '/accounts/$account/environments/$name';
    void navigate({ to, params: { account, name } });
  };
  if (!useMay('updateWebhook')) return <ReadOnlyNote route="updateWebhook" what="change or test it" />;
  return (
    <>
      <Button icon={Pencil} onClick={() => setShown('edit')}>
        Edit
      </Button>
      <Button
        look="primary"
        icon={SendHorizontal}
        disabled={!webhook.enabled}
        onClick={() => setShown('test')}
      >
        Send a test
      </Button>
      <MoreMenu webhook={webhook} onChoose={setShown} />
      {shown === 'test' && <TestWebhookDialog webhook={webhook} onClose={close} />}
      {shown === 'edit' && <EditWebhookDialog webhook={webhook} onClose={close} />}
      {shown === 'rotate' && <RotateSecretDialog webhook={webhook} onClose={close} />}
      {shown === 'delete' && <DeleteWebhookDialog webhook={webhook} onClose={close} onDeleted={leave} />}
    </>
  );
}

function MoreMenu({ webhook, onChoose }: { webhook: ApiWebhook; onChoose: (window: Window) => void }) {
  const { enabled, name } = webhook;
  const toggle = useUpdateWebhook(webhook, `Webhook ${name} is ${enabled ? 'disabled' : 'enabled'}`);
  const Toggle = enabled ? CirclePause : CirclePlay;
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <IconButton label="More" look="secondary" icon={Ellipsis} pending={toggle.isPending} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align="end" sideOffset={6} className={menuContent}>
          <DropdownMenu.Item className={menuItem} onSelect={() => onChoose('rotate')}>
            <KeyRound className="size-4" aria-hidden="true" /> Rotate the secret
          </DropdownMenu.Item>
          <DropdownMenu.Item className={menuItem} onSelect={() => toggle.mutate({ enabled: !enabled })}>
            <Toggle className="size-4" aria-hidden="true" /> {enabled ? 'Disable' : 'Enable'}
          </DropdownMenu.Item>
          <DropdownMenu.Separator className="my-1 border-t border-line" />
          <DropdownMenu.Item className={`${menuItem} text-bad!`} onSelect={() => onChoose('delete')}>
            <Trash2 className="size-4" aria-hidden="true" /> Delete
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
