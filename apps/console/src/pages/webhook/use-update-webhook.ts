/** One way to change a webhook, for whatever asks for it. */
import type { ApiWebhook, ApiWebhookPatch } from '@hooklane/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { fieldErrors } from '../../api/describe-error.ts';
import { refreshWebhook } from '../../api/webhooks.ts';
import { toastDone, toastError } from '../../ui/toast.tsx';

/** `done` is said when it worked; a refused field is for the form that sent it. */
export function useUpdateWebhook(webhook: ApiWebhook, done: string, onDone?: () => void) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: ApiWebhookPatch) => api.updateWebhook({ params: { id: webhook.id }, body }),
    onError: (error) => {
      if (Object.keys(fieldErrors(error)).length === 0) toastError(error);
    },
    onSuccess: async (changed) => {
      await refreshWebhook(queryClient, changed);
      toastDone(done);
      onDone?.();
    },
  });
}
