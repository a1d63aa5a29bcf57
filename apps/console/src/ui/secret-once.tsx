import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { CopyButton } from './copy-button.tsx';

/** A secret that can never be read again. */
export interface SecretOnceProps {
  /** What it is: `The new secret`. */
  label: string;
  secret: string;
  /** What to do with it now. */
  children: ReactNode;
  copyLabel: string;
  onDone: () => void;
}

/** Shows it with a button to copy it; what is around must not close by accident. */
export function SecretOnce({ label, secret, children, copyLabel, onDone }: SecretOnceProps) {
  return (
    <div className="grid gap-4">
      {children}
      <output
        aria-label={label}
        className="rounded-md border border-line bg-sunken p-3 font-mono text-sm wrap-anywhere"
      >
        {secret}
      </output>
      <div className="flex justify-end gap-2">
        <CopyButton text={secret} label={copyLabel} size="md" />
        <Button look="primary" onClick={onDone}>
          Done
        </Button>
      </div>
    </div>
  );
}
