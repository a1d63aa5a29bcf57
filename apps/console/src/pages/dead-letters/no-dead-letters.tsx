import { MailCheck, SearchX } from 'lucide-react';
import { EmptyState } from '../../ui/empty-state.tsx';
import { LinkButton } from '../../ui/link-button.tsx';

/** Stands where the list would be. */
export function NoDeadLetters({ filtered }: { filtered: boolean }) {
  return filtered ? (
    <EmptyState
      icon={SearchX}
      title="No dead letter matches"
      action={
        <LinkButton to="/dead-letters" search={{}}>
          Remove all filters
        </LinkButton>
      }
    >
      Perhaps they were sent again or discarded already.
    </EmptyState>
  ) : (
    <EmptyState
      icon={MailCheck}
      title="No dead letters"
      action={<LinkButton to="/deliveries">See deliveries</LinkButton>}
    >
      Everything that was owed has been delivered, or is still being tried. A delivery comes here when all its
      tries have failed, when its receiver says Gone, or when its address may not be called. What a deleted
      webhook was owed is given up without one.
    </EmptyState>
  );
}
