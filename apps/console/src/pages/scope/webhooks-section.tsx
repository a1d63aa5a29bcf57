import type { ApiScope } from '@hooklane/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Webhook } from 'lucide-react';
import { useMay } from '../../api/permissions.ts';
import { scopeQuery, setScopeEnabled } from '../../api/scopes.ts';
import type { ScopeAddress } from '../../api/scopes.ts';
import { Section } from '../../ui/card.tsx';
import { Checkbox } from '../../ui/controls.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ReadOnlyNote } from '../../ui/read-only-note.tsx';
import { toastDone, toastError } from '../../ui/toast.tsx';
import { AddWebhookForm } from './add-webhook-form.tsx';
import { SCOPE_WORDS } from './scope-words.ts';
import { WebhookTable } from './webhook-table.tsx';

/** The section of the original: master switch, form, table. */
export interface WebhooksSectionProps {
  address: ScopeAddress;
  scope: ApiScope;
}

/** See {@link WebhooksSectionProps}. */
export function WebhooksSection({ address, scope }: WebhooksSectionProps) {
  const words = SCOPE_WORDS[address.kind];
  const toggle = useToggle(address);
  const mayChange = useMay('updateWebhook');
  const enabled = toggle.isPending ? toggle.variables : scope.enabled;
  return (
    <Section title="Webhooks" subtitle={words.subtitle}>
      <div className="border-b border-line px-4 py-3.5">
        <Checkbox
          checked={enabled}
          disabled={toggle.isPending || !mayChange}
          onChange={(next) => toggle.mutate(next)}
        >
          {words.enable}
        </Checkbox>
        {!enabled && (
          <p className="mt-1 pl-7 text-sm text-wait">
            Off: nobody hears of {words.events} of {address.name}, whatever webhooks stand below.
          </p>
        )}
        <ReadOnlyNote route="updateWebhook" what="change this or add a webhook" className="mt-2" />
      </div>
      {mayChange && <AddWebhookForm address={address} />}
      {scope.webhooks.length === 0 ? (
        <EmptyState icon={Webhook} title="No webhook yet">
          {mayChange
            ? 'Choose a type, a name and the URL that shall be called, then press ADD. One webhook hears one type of event.'
            : `Nobody hears of ${words.events} of ${address.name}.`}
        </EmptyState>
      ) : (
        <WebhookTable address={address} webhooks={scope.webhooks} />
      )}
    </Section>
  );
}

function useToggle(address: ScopeAddress) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (enabled: boolean) => setScopeEnabled(address, enabled),
    onError: toastError,
    onSuccess: (scope) => {
      queryClient.setQueryData(scopeQuery(address).queryKey, scope);
      void queryClient.invalidateQueries({ queryKey: ['scopes'] });
      toastDone(scope.enabled ? 'Webhooks are enabled' : 'Webhooks are off');
    },
  });
}
