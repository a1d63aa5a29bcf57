import type { ApiWebhook } from '@hooklane/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { scopeQuery } from '../../api/scopes.ts';
import { addressOf } from '../../api/webhooks.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { toastDone, toastError } from '../../ui/toast.tsx';

/** Asks first. */
export interface DeleteWebhookDialogProps {
  webhook: ApiWebhook;
  onClose: () => void;
  /** Where to go when the page is that of the webhook. */
  onDeleted?: () => void;
}

/** See {@link DeleteWebhookDialogProps}. */
export function DeleteWebhookDialog({ webhook, onClose, onDeleted }: DeleteWebhookDialogProps) {
  const queryClient = useQueryClient();
  const remove = useMutation({
    mutationFn: () => api.deleteWebhook({ params: { id: webhook.id } }),
    onError: toastError,
    onSuccess: async () => {
      toastDone(`Webhook ${webhook.name} was deleted`);
      onDeleted?.();
      onClose();
      await queryClient.invalidateQueries({ queryKey: scopeQuery(addressOf(webhook)).queryKey });
      await queryClient.invalidateQueries({ queryKey: ['scopes'] });
    },
  });
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Delete ${webhook.name}?`}
      action="Delete"
      danger
      pending={remove.isPending}
      onConfirm={() => remove.mutate()}
    >
      It is called no more. What it is still owed is given up for good, without dead letters. Its past
      deliveries stay visible; dead letters that it has stay until they are discarded, and cannot be sent
      again.
    </ConfirmDialog>
  );
}
