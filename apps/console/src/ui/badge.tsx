import { clsx } from 'clsx';
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

/** What a colour means. */
export type Tone = 'ok' | 'wait' | 'bad' | 'info' | 'neutral' | 'accent';

const TONES: Record<Tone, string> = {
  ok: 'bg-ok-soft text-ok',
  wait: 'bg-wait-soft text-wait',
  bad: 'bg-bad-soft text-bad',
  info: 'bg-info-soft text-info',
  neutral: 'bg-sunken text-ink-2',
  accent: 'bg-accent-soft text-accent',
};

/** A short word in colour. */
export interface BadgeProps {
  tone: Tone;
  /** The same as the colour says, for those who do not see it. */
  icon?: LucideIcon;
  children: ReactNode;
}

/** See {@link BadgeProps}. */
export function Badge({ tone, icon: Icon, children }: BadgeProps) {
  return (
    <span
      className={clsx(
        'inline-flex h-5.5 w-fit items-center gap-1 rounded-full px-2 text-xs font-medium whitespace-nowrap',
        TONES[tone],
      )}
    >
      {Icon !== undefined && <Icon className="size-3.5 shrink-0" strokeWidth={2.25} aria-hidden="true" />}
      {children}
    </span>
  );
}
