import { ROUTE_ROLES } from '@hooklane/client';
import type { RouteId } from '@hooklane/client';
import { clsx } from 'clsx';
import { Eye } from 'lucide-react';
import { useMay } from '../api/permissions.ts';

/** What stands where actions would be. */
export interface ReadOnlyNoteProps {
  /** The route that the actions need. */
  route: RouteId;
  /** What cannot be done: `change webhooks`. */
  what: string;
  className?: string;
}

/** Says why the actions are not there; nothing for who may use them. */
export function ReadOnlyNote({ route, what, className }: ReadOnlyNoteProps) {
  if (useMay(route)) return null;
  return (
    <p className={clsx('flex items-start gap-2 text-sm text-ink-2', className)}>
      <Eye className="mt-0.5 size-4 shrink-0 text-ink-3" aria-hidden="true" />
      <span>
        Read only: to {what}, sign in with a token that has the role {ROUTE_ROLES[route]}.
      </span>
    </p>
  );
}
