import type { ApiToken } from '@hooklane/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { tokensQuery } from '../../api/tokens.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Time } from '../../ui/time.tsx';
import { toastDone, toastError } from '../../ui/toast.tsx';

/** Asks first. */
export function RevokeTokenDialog({ token, onClose }: { token: ApiToken; onClose: () => void }) {
  const queryClient = useQueryClient();
  const { id, name, lastUsedAt } = token;
  const revoke = useMutation({
    mutationFn: () => api.revokeToken({ params: { id } }),
    onError: toastError,
    onSuccess: () => {
      toastDone(`Token ${name} is revoked`);
      onClose();
    },
    // Also when somebody else was faster.
    onSettled: () => queryClient.invalidateQueries({ queryKey: tokensQuery.queryKey }),
  });
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Revoke ${name}?`}
      action="Revoke"
      danger
      pending={revoke.isPending}
      onConfirm={() => revoke.mutate()}
    >
      Whoever shows it is refused at once, and sessions that began with it end. It was last used:{' '}
      {lastUsedAt === null ? 'never' : <Time at={lastUsedAt} as="relative" />}. This cannot be taken back.
    </ConfirmDialog>
  );
}
