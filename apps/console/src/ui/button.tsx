import { clsx } from 'clsx';
import { LoaderCircle } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';
import { buttonStyle } from './button-style.ts';
import type { ButtonLook } from './button-style.ts';

/** A button. `pending` shows that its work goes on, and keeps it from being pressed twice. */
export interface ButtonProps extends ComponentProps<'button'>, ButtonLook {
  icon?: LucideIcon;
  pending?: boolean;
}

/** A button that does something; what leads somewhere is a link. */
export function Button({
  look,
  size,
  icon: Icon,
  pending = false,
  className,
  children,
  ...rest
}: ButtonProps) {
  const Shown = pending ? LoaderCircle : Icon;
  return (
    <button
      type="button"
      {...rest}
      disabled={rest.disabled === true || pending}
      aria-busy={pending || undefined}
      className={clsx(buttonStyle({ look, size }), className)}
    >
      {Shown !== undefined && (
        <Shown className={clsx('size-4 shrink-0', pending && 'animate-spin')} aria-hidden="true" />
      )}
      {children}
    </button>
  );
}

/** A button that shows an icon alone; `label` says what it does. */
export function IconButton({
  label,
  icon,
  look = 'ghost',
  className,
  ...rest
}: Omit<ButtonProps, 'children'> & { label: string; icon: LucideIcon }) {
  return (
    <Button
      {...rest}
      look={look}
      icon={icon}
      aria-label={label}
      title={label}
      className={clsx('px-0! aspect-square', className)}
    />
  );
}
