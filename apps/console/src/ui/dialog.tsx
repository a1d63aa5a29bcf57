import { clsx } from 'clsx';
import { X } from 'lucide-react';
import { Dialog as RadixDialog } from 'radix-ui';
import type { ReactNode } from 'react';
import { IconButton } from './button.tsx';

/** A window over the page. */
export interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  /** One or two sentences below the title. */
  description?: ReactNode;
  children: ReactNode;
  /** For what needs room. */
  wide?: boolean;
}

/** Escape, the cross and a click beside it close it; the focus goes back to where it came from. */
export function Dialog({ open, onOpenChange, title, description, children, wide = false }: DialogProps) {
  return (
    <RadixDialog.Root open={open} onOpenChange={onOpenChange}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className="fixed inset-0 z-40 animate-[fade-in_120ms_ease-out] bg-ink/35 dark:bg-sunken/75" />
        <RadixDialog.Content
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
          className={clsx(
            'fixed z-50 overflow-y-auto border border-line bg-surface p-5 shadow-pop outline-none',
            'max-sm:inset-x-0 max-sm:bottom-0 max-sm:max-h-[92dvh] max-sm:rounded-t-lg',
            'sm:top-1/2 sm:left-1/2 sm:max-h-[88dvh] sm:-translate-x-1/2 sm:-translate-y-1/2 sm:rounded-lg',
            'animate-[fade-in_140ms_ease-out]',
            wide ? 'sm:w-[min(60rem,94vw)]' : 'sm:w-[min(30rem,94vw)]',
          )}
        >
          <div className="mb-4 pr-8">
            <RadixDialog.Title className="text-lg font-semibold">{title}</RadixDialog.Title>
            {description !== undefined && (
              <RadixDialog.Description className="mt-1 text-ink-2">{description}</RadixDialog.Description>
            )}
          </div>
          {children}
          <RadixDialog.Close asChild>
            <IconButton label="Close" icon={X} className="absolute top-3.5 right-3.5" />
          </RadixDialog.Close>
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}
