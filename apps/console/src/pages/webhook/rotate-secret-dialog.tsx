import type { ApiWebhook } from '@hooklane/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { refreshWebhook } from '../../api/webhooks.ts';
import { Button } from '../../ui/button.tsx';
import { Select } from '../../ui/controls.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { formText } from '../../ui/form-text.ts';
import { SecretOnce } from '../../ui/secret-once.tsx';
import { Time } from '../../ui/time.tsx';
import { toastError } from '../../ui/toast.tsx';

const OVERLAPS = [
  ['24h', 'a day'],
  ['1h', 'an hour'],
  ['168h', 'a week'],
  ['0s', 'not at all: it ends now'],
] as const;

/** A fresh secret, shown this once. */
export function RotateSecretDialog({ webhook, onClose }: { webhook: ApiWebhook; onClose: () => void }) {
  const queryClient = useQueryClient();
  const rotate = useMutation({
    // A webhook without a secret has none that could go on signing.
    mutationFn: (overlap: string) =>
      api.rotateSecret({ params: { id: webhook.id }, body: overlap === '' ? {} : { overlap } }),
    onError: toastError,
    onSuccess: () => refreshWebhook(queryClient, webhook),
    // The secret leaves the memory of the page with this window.
    gcTime: 0,
  });
  return (
    <Dialog
      open
      // Once it is under way only the button at the end closes it: a secret that nobody saw would be lost.
      onOpenChange={() => {
        if (rotate.isIdle || rotate.isError) onClose();
      }}
      title="Rotate the secret"
      description={
        rotate.isSuccess ? undefined : `A fresh secret is made for ${webhook.name}. It is shown once.`
      }
    >
      {rotate.isSuccess ? (
        <NewSecret secret={rotate.data.secret} overlapUntil={rotate.data.overlapUntil} onClose={onClose} />
      ) : (
        <form
          className="grid gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            rotate.mutate(formText(new FormData(event.currentTarget), 'overlap'));
          }}
        >
          <OverlapField webhook={webhook} />
          <div className="flex justify-end gap-2">
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" look="primary" pending={rotate.isPending}>
              Make a new secret
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}

function OverlapField({ webhook }: { webhook: ApiWebhook }) {
  const takesTwo = webhook.signing === 'standard';
  return (
    <Field
      label="How long the old secret signs as well"
      hint={
        takesTwo
          ? 'Long enough to bring the new one to the receiver.'
          : 'Only standard signs with two secrets at once: the new one counts from now on.'
      }
    >
      {(control) => (
        <Select {...control} name="overlap" disabled={!webhook.hasSecret || !takesTwo}>
          {OVERLAPS.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}

interface NewSecretProps {
  secret: string;
  overlapUntil: string | null;
  onClose: () => void;
}

function NewSecret({ secret, overlapUntil, onClose }: NewSecretProps) {
  return (
    <SecretOnce label="The new secret" secret={secret} copyLabel="Copy the secret" onDone={onClose}>
      <p>Give it to the receiver now: it can never be read again.</p>
      <p className="text-sm text-ink-2">
        {overlapUntil === null ? (
          'From now on only this one signs.'
        ) : (
          <>
            Until <Time at={overlapUntil} /> the old one signs as well.
          </>
        )}
      </p>
    </SecretOnce>
  );
}
