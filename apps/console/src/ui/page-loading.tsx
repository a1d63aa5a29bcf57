import { Skeleton } from './skeleton.tsx';

/** A page that is being fetched. */
export function PageLoading() {
  return (
    <div role="status" className="grid gap-5">
      <span className="sr-only">Loading …</span>
      <Skeleton className="h-8 w-56" />
      <Skeleton className="h-9 w-full max-w-xl" />
      <Skeleton className="h-72 w-full" />
    </div>
  );
}
