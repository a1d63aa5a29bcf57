import type { ApiNotifications } from '@hooklane/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { fieldErrors } from '../../api/describe-error.ts';
import { notificationsQuery } from '../../api/notices.ts';
import { Button } from '../../ui/button.tsx';
import { Input } from '../../ui/controls.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { formText } from '../../ui/form-text.ts';
import { toastDone, toastError } from '../../ui/toast.tsx';
import { SigningFields } from '../webhook/signing-fields.tsx';

/** What is changed. */
export interface NotificationDialogProps {
  account: string;
  /** null: there is none yet. */
  target: ApiNotifications | null;
  onClose: () => void;
}

/** Sets, changes or removes the notification URL of an account. */
export function NotificationDialog({ account, target, onClose }: NotificationDialogProps) {
  const { save, remove } = useChanges(account, onClose);
  const errors = fieldErrors(save.error);
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Notification URL of ${account}`}
      description="What is sent there: webhook.failing, webhook.disabled and webhook.recovered, each with its message."
    >
      <form
        noValidate
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(readForm(new FormData(event.currentTarget)));
        }}
      >
        <Field label="Notification URL" error={errors['url']}>
          {(control) => (
            <Input
              {...control}
              name="url"
              inputMode="url"
              placeholder="https://"
              defaultValue={target?.url}
            />
          )}
        </Field>
        <SigningFields
          signing={target?.signing ?? 'standard'}
          tokenHeader={target?.tokenHeader}
          secret={{ label: 'Secret', hint: secretHint(target) }}
          errors={errors}
        />
        <div className="flex flex-wrap justify-end gap-2">
          {target !== null && (
            <Button
              look="danger"
              className="mr-auto"
              pending={remove.isPending}
              onClick={() => remove.mutate()}
            >
              Send no more
            </Button>
          )}
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" pending={save.isPending}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function secretHint(target: ApiNotifications | null): string {
  return target?.hasSecret === true
    ? 'Empty: the present one stays.'
    : 'If the receiver checks the signature.';
}

type Settings = Parameters<typeof api.setNotifications>[0]['body'];

function readForm(form: FormData): Settings {
  const secret = formText(form, 'secret');
  const tokenHeader = formText(form, 'tokenHeader').trim();
  return {
    url: formText(form, 'url').trim(),
    signing: formText(form, 'signing') as ApiNotifications['signing'],
    ...(tokenHeader === '' ? {} : { tokenHeader }),
    ...(secret === '' ? {} : { secret }),
  };
}

function useChanges(account: string, onClose: () => void) {
  const queryClient = useQueryClient();
  const { queryKey } = notificationsQuery(account);
  const save = useMutation({
    mutationFn: (body: Settings) => api.setNotifications({ params: { account }, body }),
    onError: (error) => {
      if (Object.keys(fieldErrors(error)).length === 0) toastError(error);
    },
    onSuccess: (target) => {
      queryClient.setQueryData(queryKey, target);
      toastDone(`The notices of ${account} are sent to this URL`);
      onClose();
    },
  });
  const remove = useMutation({
    mutationFn: () => api.deleteNotifications({ params: { account } }),
    onError: toastError,
    onSuccess: () => {
      queryClient.setQueryData(queryKey, null);
      toastDone(`The notices of ${account} are sent nowhere`);
      onClose();
    },
  });
  return { save, remove };
}
