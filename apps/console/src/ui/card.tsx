import { clsx } from 'clsx';
import type { ReactNode } from 'react';

/** A box for a piece of a page. */
export interface CardProps {
  children: ReactNode;
  className?: string;
}

/** A box with a thin line around. */
export function Card({ children, className }: CardProps) {
  return (
    <div className={clsx('rounded-lg border border-line bg-surface shadow-card', className)}>{children}</div>
  );
}

/** A titled part of a page. */
export interface SectionProps {
  title: string;
  /** One line below the title. */
  subtitle?: ReactNode;
  /** Buttons on the right. */
  actions?: ReactNode;
  children: ReactNode;
  className?: string;
}

/** A box with a heading. */
export function Section({ title, subtitle, actions, children, className }: SectionProps) {
  return (
    <section
      aria-label={title}
      className={clsx('min-w-0 rounded-lg border border-line bg-surface shadow-card', className)}
    >
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-b border-line px-4 py-3">
        <div>
          <h2 className="font-semibold">{title}</h2>
          {subtitle !== undefined && <p className="text-sm text-ink-2">{subtitle}</p>}
        </div>
        {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
      {children}
    </section>
  );
}
