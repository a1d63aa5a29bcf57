import { RotateCw, TriangleAlert } from 'lucide-react';
import { describeError } from '../api/describe-error.ts';
import { Button } from './button.tsx';

/** What stands where something could not be fetched. */
export interface ErrorStateProps {
  error: unknown;
  onRetry?: () => void;
}

/** Says what is wrong and what to do next; is read out at once. */
export function ErrorState({ error, onRetry }: ErrorStateProps) {
  const { title, detail, requestId } = describeError(error);
  return (
    <div role="alert" className="mx-auto grid max-w-md justify-items-center gap-3 px-6 py-14 text-center">
      <div className="grid size-11 place-items-center rounded-lg bg-bad-soft text-bad">
        <TriangleAlert className="size-5" aria-hidden="true" />
      </div>
      <h2 className="text-lg font-semibold">{title}</h2>
      <p className="text-ink-2 text-balance">{detail}</p>
      {requestId !== null && <p className="font-mono text-xs text-ink-3">Request {requestId}</p>}
      {onRetry !== undefined && (
        <Button icon={RotateCw} onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}
