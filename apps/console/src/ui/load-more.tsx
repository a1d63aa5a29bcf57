import { LoaderCircle } from 'lucide-react';
import { Button } from './button.tsx';

/** The end of a list that is fetched page by page. */
export interface LoadMoreProps {
  hasMore: boolean;
  isLoading: boolean;
  onMore: () => void;
  /** How many are shown. */
  shown: number;
}

/** The next page comes by itself while one scrolls; the button is for those who do not. */
export function LoadMore({ hasMore, isLoading, onMore, shown }: LoadMoreProps) {
  return (
    <div className="flex min-h-11 items-center justify-center gap-2 border-t border-line px-4 py-2 text-sm text-ink-3">
      {isLoading && (
        <span role="status" className="flex items-center gap-2">
          <LoaderCircle className="size-4 animate-spin" aria-hidden="true" /> Loading …
        </span>
      )}
      {!isLoading && hasMore && (
        <Button look="ghost" size="sm" onClick={onMore}>
          Show more
        </Button>
      )}
      {!isLoading && !hasMore && (
        <span>{shown === 1 ? 'That is the only one.' : `That is all: ${shown}.`}</span>
      )}
    </div>
  );
}
