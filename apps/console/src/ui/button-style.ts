/** The look of buttons and of links that look like one. */
import { clsx } from 'clsx';

/** How it looks. */
export interface ButtonLook {
  /** Default `secondary`. A page has one `primary` at most. */
  look?: 'primary' | 'secondary' | 'ghost' | 'danger' | undefined;
  /** Default `md`. */
  size?: 'sm' | 'md' | undefined;
}

const LOOKS = {
  primary: 'bg-primary text-primary-ink hover:bg-primary-hover shadow-card',
  secondary: 'border border-line-strong bg-surface text-ink hover:bg-hover shadow-card',
  ghost: 'text-ink-2 hover:bg-hover hover:text-ink',
  danger: 'border border-line-strong bg-surface text-bad hover:bg-bad-soft hover:border-bad-mark shadow-card',
};
const SIZES = { sm: 'h-7 px-2.5 text-sm gap-1.5 max-lg:h-9', md: 'h-8 px-3 gap-2 max-lg:h-10' };

/** Its classes. */
export function buttonStyle({ look = 'secondary', size = 'md' }: ButtonLook): string {
  return clsx(
    'inline-flex shrink-0 items-center justify-center rounded-md font-medium whitespace-nowrap transition-colors select-none',
    'disabled:cursor-default disabled:opacity-50',
    SIZES[size],
    LOOKS[look],
  );
}
