import { useState } from 'react';
import { Input } from '../../ui/controls.tsx';
import { Field } from '../../ui/field.tsx';

/** What the API takes: 0, or 100 to 599. */
const CODES = '\\s*(0|[1-5][0-9]{2})\\s*';

/** A field of a form: it does not let anything else out. */
export function StatusCodeField({ value }: { value: number | undefined }) {
  const [error, setError] = useState<string>();
  return (
    <Field label="Status code" hint="0: no answer came." error={error}>
      {(control) => (
        <Input
          {...control}
          name="statusCode"
          inputMode="numeric"
          pattern={CODES}
          defaultValue={value}
          placeholder="500"
          onChange={() => setError(undefined)}
          onInvalid={(event) => {
            event.preventDefault();
            event.currentTarget.focus();
            setError('Must be 100 to 599, or 0 for no answer.');
          }}
        />
      )}
    </Field>
  );
}
