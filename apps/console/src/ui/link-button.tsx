import { createLink } from '@tanstack/react-router';
import { clsx } from 'clsx';
import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';
import { buttonStyle } from './button-style.ts';
import type { ButtonLook } from './button-style.ts';

interface AnchorProps extends ComponentProps<'a'>, ButtonLook {
  icon?: LucideIcon;
}

function ButtonAnchor({ look, size, icon: Icon, className, children, ...rest }: AnchorProps) {
  return (
    <a {...rest} className={clsx(buttonStyle({ look, size }), className)}>
      {Icon !== undefined && <Icon className="size-4 shrink-0" aria-hidden="true" />}
      {children}
    </a>
  );
}

/** A link that looks like a button. */
export const LinkButton = createLink(ButtonAnchor);
