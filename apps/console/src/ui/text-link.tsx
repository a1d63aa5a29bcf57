import { createLink } from '@tanstack/react-router';
import { clsx } from 'clsx';
import type { ComponentProps } from 'react';

function TextAnchor({ className, children, ...rest }: ComponentProps<'a'>) {
  return (
    <a
      {...rest}
      className={clsx(
        'text-accent underline decoration-accent/30 underline-offset-3 hover:decoration-accent',
        className,
      )}
    >
      {children}
    </a>
  );
}

/** A link inside a text. */
export const TextLink = createLink(TextAnchor);
