import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

/** Nothing here: `children` says why and what to do next, `action` does it. */
export interface EmptyStateProps {
  icon: LucideIcon;
  title: string;
  children: ReactNode;
  action?: ReactNode;
}

/** Stands where a list or a page would be. */
export function EmptyState({ icon: Icon, title, children, action }: EmptyStateProps) {
  return (
    <div className="mx-auto grid max-w-md justify-items-center gap-3 px-6 py-14 text-center">
      <div className="grid size-11 place-items-center rounded-lg border border-line bg-surface text-ink-3 shadow-card">
        <Icon className="size-5" aria-hidden="true" />
      </div>
      <h2 className="text-lg font-semibold">{title}</h2>
      <div className="text-ink-2 text-balance">{children}</div>
      {action !== undefined && action !== false && (
        <div className="mt-1 flex flex-wrap justify-center gap-2">{action}</div>
      )}
    </div>
  );
}
