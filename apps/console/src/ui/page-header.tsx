import { useEffect } from 'react';
import type { ReactNode } from 'react';

/** The head of a page. */
export interface PageHeaderProps {
  /** Also the title of the tab. */
  title: string;
  /** Shown instead of the title, when it is more than a text. */
  heading?: ReactNode;
  /** What stands above the title: where this page belongs. */
  above?: ReactNode;
  /** One line below the title. */
  subtitle?: ReactNode;
  /** Buttons on the right. */
  actions?: ReactNode;
}

/** The one `h1` of a page. */
export function PageHeader({ title, heading, above, subtitle, actions }: PageHeaderProps) {
  useEffect(() => {
    document.title = `${title} · Hooklane`;
  }, [title]);
  return (
    <header className="mb-5 flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
      <div className="min-w-0">
        {above !== undefined && <div className="mb-1 text-sm text-ink-2">{above}</div>}
        <h1 className="text-xl font-semibold tracking-tight wrap-anywhere">{heading ?? title}</h1>
        {subtitle !== undefined && <div className="mt-0.5 text-ink-2">{subtitle}</div>}
      </div>
      {actions !== undefined && actions !== false && (
        <div className="flex flex-wrap items-center gap-2">{actions}</div>
      )}
    </header>
  );
}
