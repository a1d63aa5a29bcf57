import { clsx } from 'clsx';

/** A grey box where something will be. Beside it something must say "Loading" to those who cannot see it. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <div
      aria-hidden="true"
      data-skeleton=""
      className={clsx('animate-[shimmer_1.6s_ease-in-out_infinite] rounded-md bg-line', className)}
    />
  );
}
