import { Compass } from 'lucide-react';
import { EmptyState } from '../ui/empty-state.tsx';
import { LinkButton } from '../ui/link-button.tsx';

/** An address that leads nowhere. */
export function NotFoundPage() {
  return (
    <div className="grid min-h-[60vh] place-items-center">
      <EmptyState
        icon={Compass}
        title="There is no such page"
        action={<LinkButton to="/">Go to the start</LinkButton>}
      >
        The address may be mistyped, or what it showed has been deleted or has outlived its retention.
      </EmptyState>
    </div>
  );
}
