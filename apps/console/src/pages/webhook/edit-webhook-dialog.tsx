import type { ApiWebhook, ApiWebhookPatch } from '@hooklane/client';
import { fieldErrors } from '../../api/describe-error.ts';
import { Button } from '../../ui/button.tsx';
import { Input, Select } from '../../ui/controls.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { eventLabel, eventsOf } from '../../ui/event-label.ts';
import { Field } from '../../ui/field.tsx';
import { formText } from '../../ui/form-text.ts';
import { SigningFields } from './signing-fields.tsx';
import { useUpdateWebhook } from './use-update-webhook.ts';

/** Everything that can be changed of a webhook. */
export function EditWebhookDialog({ webhook, onClose }: { webhook: ApiWebhook; onClose: () => void }) {
  const save = useUpdateWebhook(webhook, `Webhook ${webhook.name} was changed`, onClose);
  const errors = fieldErrors(save.error);
  return (
    <Dialog open onOpenChange={onClose} title={`Edit ${webhook.name}`}>
      <form
        noValidate
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(readForm(new FormData(event.currentTarget)));
        }}
      >
        <CallFields webhook={webhook} errors={errors} />
        <SigningFields
          signing={webhook.signing}
          tokenHeader={webhook.tokenHeader}
          secret={{
            label: 'New secret',
            hint: webhook.hasSecret
              ? 'Empty: the present one stays. The old one goes on signing for a day.'
              : 'Empty: none.',
          }}
          errors={errors}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" pending={save.isPending}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

interface FieldsProps {
  webhook: ApiWebhook;
  errors: Readonly<Record<string, string>>;
}

function CallFields({ webhook, errors }: FieldsProps) {
  return (
    <>
      <Field label="Friendly Name" error={errors['name']}>
        {(control) => <Input {...control} name="name" defaultValue={webhook.name} maxLength={64} />}
      </Field>
      <Field label="Type" error={errors['event']}>
        {(control) => (
          <Select {...control} name="event" defaultValue={webhook.event}>
            {eventsOf(webhook.scope.kind).map((type) => (
              <option key={type} value={type}>
                {eventLabel(type)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="Payload URL" error={errors['url']}>
        {(control) => <Input {...control} name="url" inputMode="url" defaultValue={webhook.url} />}
      </Field>
      <Field label="Tries at the same time" hint="1 to 256." error={errors['maxInFlight']}>
        {(control) => (
          <Input
            {...control}
            name="maxInFlight"
            type="number"
            min={1}
            max={256}
            defaultValue={webhook.maxInFlight}
          />
        )}
      </Field>
    </>
  );
}

function readForm(form: FormData): ApiWebhookPatch {
  const secret = formText(form, 'secret');
  const tokenHeader = formText(form, 'tokenHeader').trim();
  return {
    name: formText(form, 'name').trim(),
    event: formText(form, 'event') as ApiWebhook['event'],
    url: formText(form, 'url').trim(),
    maxInFlight: Number(formText(form, 'maxInFlight')),
    signing: formText(form, 'signing') as ApiWebhook['signing'],
    ...(tokenHeader === '' ? {} : { tokenHeader }),
    ...(secret === '' ? {} : { secret }),
  };
}
