import { Tooltip as RadixTooltip } from 'radix-ui';
import type { ReactNode } from 'react';

/** A word more about what the pointer or the focus is on. Nothing that is needed may stand here alone. */
export interface TooltipProps {
  text: ReactNode;
  children: ReactNode;
}

/** `children` is one element; it is shown as it is. */
export function Tooltip({ text, children }: TooltipProps) {
  return (
    <RadixTooltip.Root>
      <RadixTooltip.Trigger asChild>{children}</RadixTooltip.Trigger>
      <RadixTooltip.Portal>
        <RadixTooltip.Content
          sideOffset={6}
          collisionPadding={8}
          className="z-50 max-w-80 animate-[fade-in_100ms_ease-out] rounded-md bg-primary px-2.5 py-1.5 text-sm text-primary-ink shadow-pop"
        >
          {text}
        </RadixTooltip.Content>
      </RadixTooltip.Portal>
    </RadixTooltip.Root>
  );
}
