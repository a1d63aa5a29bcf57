import { clsx } from 'clsx';
import { Check, ChevronDown } from 'lucide-react';
import { Checkbox as RadixCheckbox } from 'radix-ui';
import { useId } from 'react';
import type { ComponentProps, ReactNode } from 'react';

const BOX =
  'w-full min-w-0 rounded-md border border-line-strong bg-surface text-ink shadow-card transition-colors ' +
  'hover:border-ink-3 focus-visible:border-accent-mark focus-visible:outline-1 focus-visible:outline-offset-0 ' +
  'aria-invalid:border-bad-mark disabled:opacity-60 dark:bg-sunken';

/** One line of text. */
export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return (
    <input
      autoComplete="off"
      spellCheck={false}
      {...rest}
      className={clsx(BOX, 'h-8 px-2.5 max-lg:h-10', className)}
    />
  );
}

/** Several lines of text. */
export function TextArea({ className, ...rest }: ComponentProps<'textarea'>) {
  return <textarea {...rest} className={clsx(BOX, 'min-h-20 px-2.5 py-1.5', className)} />;
}

/** A drop-down: the browser's own, which every keyboard, screen reader and phone knows. */
export function Select({ className, children, ...rest }: ComponentProps<'select'>) {
  return (
    <span className={clsx('relative inline-flex min-w-0', className)}>
      <select {...rest} className={clsx(BOX, 'h-8 appearance-none truncate pr-8 pl-2.5 max-lg:h-10')}>
        {children}
      </select>
      <ChevronDown
        className="pointer-events-none absolute top-1/2 right-2.5 size-4 -translate-y-1/2 text-ink-3"
        aria-hidden="true"
      />
    </span>
  );
}

/** A box to tick, with its label beside it. */
export interface CheckboxProps {
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
  children: ReactNode;
}

/** See {@link CheckboxProps}. */
export function Checkbox({ checked, onChange, disabled, children }: CheckboxProps) {
  const id = useId();
  return (
    <div className="flex items-center gap-2.5">
      <RadixCheckbox.Root
        id={id}
        checked={checked}
        disabled={disabled}
        onCheckedChange={(value) => onChange(value === true)}
        className="grid size-4.5 shrink-0 place-items-center rounded-sm border border-line-strong bg-surface text-surface shadow-card data-[state=checked]:border-accent-mark data-[state=checked]:bg-accent-mark disabled:opacity-60 dark:bg-sunken"
      >
        <RadixCheckbox.Indicator>
          <Check className="size-3.5" strokeWidth={3} aria-hidden="true" />
        </RadixCheckbox.Indicator>
      </RadixCheckbox.Root>
      <label htmlFor={id} className="font-medium">
        {children}
      </label>
    </div>
  );
}
