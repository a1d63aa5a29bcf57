import type { ApiWebhook } from '@hooklane/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { refreshWebhook } from '../../api/webhooks.ts';
import { IconButton } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { toastDone, toastError } from '../../ui/toast.tsx';

/** What can be done with a webhook from its row. */
export function WebhookActions({ webhook }: { webhook: ApiWebhook }) {
  const [asking, setAsking] = useState(false);
  const remove = useDeleteWebhook(() => setAsking(false));
  return (
    <div className="flex justify-end gap-1">
      <IconButton
        label={`Delete ${webhook.name}`}
        icon={X}
        size="sm"
        className="text-bad! hover:bg-bad-soft!"
        onClick={() => setAsking(true)}
      />
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={`Delete ${webhook.name}?`}
        action="Delete"
        danger
        pending={remove.isPending}
        onConfirm={() => remove.mutate(webhook)}
      >
        It is called no more, and what it is still owed is given up. Its past deliveries stay visible.
      </ConfirmDialog>
    </div>
  );
}

function useDeleteWebhook(onDone: () => void) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ id }: ApiWebhook) => api.deleteWebhook({ params: { id } }),
    onError: toastError,
    onSuccess: async (_nothing, webhook) => {
      await refreshWebhook(queryClient, webhook);
      onDone();
      toastDone(`Webhook ${webhook.name} was deleted`);
    },
  });
}
