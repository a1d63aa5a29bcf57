import type { ApiNewToken } from '@hooklane/client';
import { ROLES } from '@hooklane/core';
import type { Role } from '@hooklane/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { fieldErrors } from '../../api/describe-error.ts';
import { tokensQuery } from '../../api/tokens.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox, Input, Select } from '../../ui/controls.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { formText } from '../../ui/form-text.ts';
import { SecretOnce } from '../../ui/secret-once.tsx';
import { toastError } from '../../ui/toast.tsx';
import { ROLE_WORDS } from './role-words.ts';

/** Days → what the field says. */
const LIFETIMES = [
  ['', 'never'],
  ['7', 'in 7 days'],
  ['30', 'in 30 days'],
  ['90', 'in 90 days'],
  ['365', 'in a year'],
] as const;
const DAY_MS = 86_400_000;

/** Makes a token and shows it, this once. */
export function CreateTokenDialog({ onClose }: { onClose: () => void }) {
  const create = useCreateToken();
  return (
    <Dialog
      open
      // Once it is under way only the button at the end closes it: a token that nobody saw would be lost.
      onOpenChange={() => {
        if (create.isIdle || create.isError) onClose();
      }}
      title={create.isSuccess ? `Token ${create.data.name}` : 'Create a token'}
      description={
        create.isSuccess ? undefined : 'For one person or one program each, so that it can be revoked alone.'
      }
    >
      {create.isSuccess ? (
        <SecretOnce
          label="The new token"
          secret={create.data.token}
          copyLabel="Copy the token"
          onDone={onClose}
        >
          <p>Copy it now: Hooklane keeps a digest of it only, so it can never be read again.</p>
        </SecretOnce>
      ) : (
        <TokenForm
          errors={fieldErrors(create.error)}
          pending={create.isPending}
          onSubmit={(token) => create.mutate(token)}
          onCancel={onClose}
        />
      )}
    </Dialog>
  );
}

interface TokenFormProps {
  errors: Readonly<Record<string, string>>;
  pending: boolean;
  onSubmit: (token: ApiNewToken) => void;
  onCancel: () => void;
}

function TokenForm({ errors, pending, onSubmit, onCancel }: TokenFormProps) {
  const [roles, setRoles] = useState<readonly Role[]>(['read']);
  const isAdmin = roles.includes('admin');
  return (
    <form
      noValidate
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit(readForm(new FormData(event.currentTarget), roles));
      }}
    >
      <Field label="Name" hint="Whose it is, and what for." error={errors['name']}>
        {(control) => <Input {...control} name="name" maxLength={100} />}
      </Field>
      <RolesField roles={roles} error={errors['roles']} onChange={setRoles} />
      <Field
        label="Accounts"
        hint={
          isAdmin
            ? 'An admin is for everything.'
            : 'The only ones it may see and change, with commas between. Empty: all.'
        }
        error={accountsError(errors)}
      >
        {(control) => <Input {...control} name="accounts" disabled={isAdmin} placeholder="jdoe, acme" />}
      </Field>
      <Field label="Expires" error={errors['expiresAt']}>
        {(control) => (
          <Select {...control} name="days">
            {LIFETIMES.map(([days, label]) => (
              <option key={days} value={days}>
                {label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" look="primary" pending={pending}>
          Create
        </Button>
      </div>
    </form>
  );
}

interface RolesFieldProps {
  roles: readonly Role[];
  error: string | undefined;
  onChange: (roles: readonly Role[]) => void;
}

function RolesField({ roles, error, onChange }: RolesFieldProps) {
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1 text-sm font-medium">Roles</legend>
      {ROLES.map((role) => (
        <div key={role}>
          <Checkbox
            checked={roles.includes(role)}
            onChange={(checked) =>
              onChange(ROLES.filter((one) => (one === role ? checked : roles.includes(one))))
            }
          >
            {ROLE_WORDS[role].label}
          </Checkbox>
          <p className="pl-7 text-sm text-ink-3">{ROLE_WORDS[role].note}</p>
        </div>
      ))}
      {error !== undefined && <p className="text-sm text-bad">{error}</p>}
    </fieldset>
  );
}

/** Of the list, or of the first account that is refused. */
function accountsError(errors: TokenFormProps['errors']): string | undefined {
  return Object.entries(errors).find(([field]) => /^accounts\b/.test(field))?.[1];
}

function readForm(form: FormData, roles: readonly Role[]): ApiNewToken {
  const accounts = formText(form, 'accounts')
    .split(/[\s,]+/)
    .filter(Boolean);
  const days = Number(formText(form, 'days'));
  return {
    name: formText(form, 'name').trim(),
    roles: [...roles],
    ...(accounts.length === 0 ? {} : { accounts }),
    ...(days === 0 ? {} : { expiresAt: new Date(Date.now() + days * DAY_MS).toISOString() }),
  };
}

function useCreateToken() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: ApiNewToken) => api.createToken({ body }),
    onError: (error) => {
      if (Object.keys(fieldErrors(error)).length === 0) toastError(error);
    },
    onSuccess: () => queryClient.invalidateQueries({ queryKey: tokensQuery.queryKey }),
    // The token leaves the memory of the page with this window.
    gcTime: 0,
  });
}
