import type { ApiNewWebhook } from '@hooklane/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { fieldErrors } from '../../api/describe-error.ts';
import type { ScopeAddress } from '../../api/scopes.ts';
import { createWebhook, refreshWebhook } from '../../api/webhooks.ts';
import { Button } from '../../ui/button.tsx';
import { Input, Select } from '../../ui/controls.tsx';
import { eventLabel, eventsOf } from '../../ui/event-label.ts';
import { Field } from '../../ui/field.tsx';
import { formText } from '../../ui/form-text.ts';
import { toastDone, toastError } from '../../ui/toast.tsx';

/** "Add a Webhook:" with the fields of the original. What the server refuses is shown at its field. */
export function AddWebhookForm({ address }: { address: ScopeAddress }) {
  const form = useRef<HTMLFormElement>(null);
  const add = useAddWebhook(address, () => form.current?.reset());
  const errors = fieldErrors(add.error);
  return (
    <form
      ref={form}
      aria-label="Add a Webhook"
      noValidate
      className="border-b border-line bg-canvas/60 px-4 py-4"
      onSubmit={(event) => {
        event.preventDefault();
        add.mutate(readForm(new FormData(event.currentTarget)));
      }}
    >
      <h3 className="mb-2.5 font-semibold">Add a Webhook:</h3>
      <div className="grid items-start gap-3 sm:grid-cols-2 xl:grid-cols-[11.5rem_minmax(10rem,1fr)_minmax(16rem,2fr)_minmax(10rem,1fr)_auto]">
        <Field label="Type" error={errors['event']}>
          {(control) => (
            <Select {...control} name="event">
              {eventsOf(address.kind).map((type) => (
                <option key={type} value={type}>
                  {eventLabel(type)}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label="Friendly Name" hint="Letters, digits, _ and -; unique here." error={errors['name']}>
          {(control) => <Input {...control} name="name" maxLength={64} />}
        </Field>
        <Field label="Payload URL" hint="http or https; port and query are kept." error={errors['url']}>
          {(control) => <Input {...control} name="url" inputMode="url" placeholder="https://" />}
        </Field>
        <Field label="Secret" hint="If the receiver checks one." error={errors['secret']}>
          {(control) => <Input {...control} name="secret" type="password" autoComplete="new-password" />}
        </Field>
        <div className="sm:max-xl:col-span-2 xl:pt-6">
          <Button type="submit" look="primary" pending={add.isPending} className="max-sm:w-full">
            ADD
          </Button>
        </div>
      </div>
    </form>
  );
}

function readForm(form: FormData): ApiNewWebhook {
  const secret = formText(form, 'secret');
  return {
    event: formText(form, 'event') as ApiNewWebhook['event'],
    name: formText(form, 'name').trim(),
    url: formText(form, 'url').trim(),
    ...(secret === '' ? {} : { secret }),
  };
}

function useAddWebhook(address: ScopeAddress, onAdded: () => void) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: ApiNewWebhook) => createWebhook(address, body),
    onError: (error) => {
      if (Object.keys(fieldErrors(error)).length === 0) toastError(error);
    },
    onSuccess: async (webhook) => {
      await refreshWebhook(queryClient, webhook);
      onAdded();
      toastDone(`Webhook ${webhook.name} was added`);
    },
  });
}
