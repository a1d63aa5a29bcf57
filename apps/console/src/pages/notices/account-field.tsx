import { accountProblem } from '@hooklane/core';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useId } from 'react';
import { accountsQuery } from '../../api/notices.ts';
import { Input } from '../../ui/controls.tsx';
import { useSettledText } from '../../ui/settled-text.ts';

/** Chooses an account; undefined: all. */
export interface AccountFieldProps {
  value: string | undefined;
  onChange: (account: string | undefined) => void;
}

/** Proposes the accounts that are known. What is no name of an account yet is left in the field. */
export function AccountField({ value, onChange }: AccountFieldProps) {
  const id = useId();
  const list = `${id}-known`;
  const accounts = useQuery(accountsQuery).data ?? [];
  const settle = useCallback(
    (text: string) => {
      const name = text.trim();
      if (name === '') onChange(undefined);
      else if (accountProblem(name) === null) onChange(name);
    },
    [onChange],
  );
  const [text, setText] = useSettledText(value ?? '', settle);
  return (
    <div className="flex w-full items-center gap-2 sm:w-72 sm:pl-2">
      <label htmlFor={id} className="text-sm text-ink-2">
        Account
      </label>
      <Input
        id={id}
        type="search"
        placeholder="all"
        list={list}
        aria-invalid={text.trim() !== '' && accountProblem(text.trim()) !== null ? true : undefined}
        maxLength={64}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <datalist id={list}>
        {accounts.map((account) => (
          <option key={account} value={account}>
            {account}
          </option>
        ))}
      </datalist>
    </div>
  );
}
