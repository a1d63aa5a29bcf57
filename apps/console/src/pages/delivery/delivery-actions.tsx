import type { ApiDeliveryDetail } from '@hooklane/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Send, Users } from 'lucide-react';
import { api } from '../../api/client.ts';
import { deliveryQuery } from '../../api/deliveries.ts';
import { useMay } from '../../api/permissions.ts';
import { Button } from '../../ui/button.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { toastDone, toastError } from '../../ui/toast.tsx';

/** What can be done with a delivery. */
export function DeliveryActions({ delivery }: { delivery: ApiDeliveryDetail }) {
  const redeliver = useRedeliver(delivery.id);
  const mayRedeliver = useMay('redeliver');
  const isFinished = delivery.status === 'delivered' || delivery.status === 'dead';
  return (
    <>
      <LinkButton to="/events/$id" params={{ id: delivery.eventId }} icon={Users}>
        Who heard of this?
      </LinkButton>
      {mayRedeliver && isFinished && delivery.request !== null && (
        <Button look="primary" icon={Send} pending={redeliver.isPending} onClick={() => redeliver.mutate()}>
          Redeliver
        </Button>
      )}
    </>
  );
}

function useRedeliver(id: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => api.redeliver({ params: { id } }),
    onError: toastError,
    onSuccess: async () => {
      toastDone('It is put into its lane again');
      await queryClient.invalidateQueries({ queryKey: deliveryQuery(id).queryKey });
    },
  });
}
