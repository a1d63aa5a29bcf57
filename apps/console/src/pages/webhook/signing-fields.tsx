import type { ApiWebhook } from '@hooklane/client';
import { SIGNING_PROFILES } from '@hooklane/core';
import { useState } from 'react';
import { Input, Select } from '../../ui/controls.tsx';
import { Field } from '../../ui/field.tsx';
import { SIGNING_WORDS } from './signing-words.ts';

interface SigningFieldsProps {
  signing: ApiWebhook['signing'];
  tokenHeader: string | undefined;
  secret: { label: string; hint: string };
  errors: Readonly<Record<string, string>>;
}

/** How requests are signed, and with what: fields `signing`, `tokenHeader` and `secret` of a form. */
export function SigningFields({ signing: present, tokenHeader, secret, errors }: SigningFieldsProps) {
  const [signing, setSigning] = useState(present);
  return (
    <>
      <Field label="Signing" hint={SIGNING_WORDS[signing].note} error={errors['signing']}>
        {(control) => (
          <Select
            {...control}
            name="signing"
            value={signing}
            onChange={(event) => setSigning(event.target.value as typeof signing)}
          >
            {SIGNING_PROFILES.map((profile) => (
              <option key={profile} value={profile}>
                {SIGNING_WORDS[profile].label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {signing === 'token' && (
        <Field label="Header of the token" error={errors['tokenHeader']}>
          {(control) => <Input {...control} name="tokenHeader" defaultValue={tokenHeader} />}
        </Field>
      )}
      <Field label={secret.label} hint={secret.hint} error={errors['secret']}>
        {(control) => <Input {...control} name="secret" type="password" autoComplete="new-password" />}
      </Field>
    </>
  );
}
