import { accountProblem, scopeNameProblem } from '@hooklane/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Input, Select } from '../../ui/controls.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { formText } from '../../ui/form-text.ts';

/** A scope exists as soon as something is configured for it, so this only asks for its name and opens its page. */
export interface OpenScopeDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

type Errors = Partial<Record<'account' | 'name', string>>;

/** See {@link OpenScopeDialogProps}. */
export function OpenScopeDialog({ open, onOpenChange }: OpenScopeDialogProps) {
  const navigate = useNavigate();
  const [errors, setErrors] = useState<Errors>({});
  const submit = (form: FormData): void => {
    const account = formText(form, 'account').trim();
    const name = formText(form, 'name').trim();
    const found = check(account, name);
    setErrors(found);
    if (Object.keys(found).length > 0) return;
    const isApplication = form.get('kind') === 'application';
    void navigate({
      to: isApplication ? '/accounts/$account/applications/$name' : '/accounts/$account/environments/$name',
      params: { account, name },
    });
  };
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Configure an application or environment"
      description="Its name is the one that builds and deployments carry: app_name or env_name."
    >
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          submit(new FormData(event.currentTarget));
        }}
      >
        <Field label="Kind">
          {(control) => (
            <Select {...control} name="kind">
              <option value="application">Application (builds)</option>
              <option value="environment">Environment (deployments)</option>
            </Select>
          )}
        </Field>
        <Field label="Account" error={errors.account}>
          {(control) => <Input {...control} name="account" required maxLength={64} />}
        </Field>
        <Field label="Name" error={errors.name}>
          {(control) => <Input {...control} name="name" required maxLength={256} />}
        </Field>
        <div className="flex justify-end gap-2">
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button type="submit" look="primary">
            Open its settings
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function check(account: string, name: string): Errors {
  const wrongAccount = accountProblem(account);
  const wrongName = scopeNameProblem(name);
  return {
    ...(wrongAccount === null ? {} : { account: wrongAccount }),
    ...(wrongName === null ? {} : { name: wrongName }),
  };
}
