import type { ApiOverview, ApiStatus } from '@hooklane/client';
import { TriangleAlert } from 'lucide-react';
import { describeError } from '../../api/describe-error.ts';

/** What somebody should look at before the figures. */
export interface TroublesProps {
  overview: ApiOverview;
  /** null: not known yet. */
  status: ApiStatus | null;
  /** Of the last look, if it failed. */
  error: unknown;
}

/** Nothing when all is well. */
export function Troubles({ overview, status, error }: TroublesProps) {
  const troubles = [
    ...(error === null ? [] : [`These figures are old. ${describeError(error).detail}`]),
    ...(status?.redis.problems ?? []),
    ...(overview.workers.length > 0
      ? []
      : ['No worker is alive: events are accepted and kept, and nothing is delivered until one is started.']),
  ];
  if (troubles.length === 0) return null;
  return (
    <div role="alert" className="rounded-lg border border-bad-mark/40 bg-bad-soft px-4 py-3 text-bad">
      <ul className="grid gap-1.5">
        {troubles.map((text) => (
          <li key={text} className="flex gap-2.5">
            <TriangleAlert className="mt-0.5 size-4 shrink-0" aria-hidden="true" />
            <span className="min-w-0 wrap-anywhere">{text}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
