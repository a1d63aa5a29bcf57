import type { ApiDelivery } from '@hooklane/client';
import { Link } from '@tanstack/react-router';

/** A link to the settings of a scope. */
export interface ScopeLinkProps {
  account: string;
  scope: ApiDelivery['scope'];
  className?: string;
}

/** Shows the name of the scope. */
export function ScopeLink({ account, scope, className }: ScopeLinkProps) {
  const to =
    scope.kind === 'application'
      ? '/accounts/$account/applications/$name'
      : '/accounts/$account/environments/$name';
  return (
    <Link to={to} params={{ account, name: scope.name }} {...(className === undefined ? {} : { className })}>
      {scope.name}
    </Link>
  );
}
