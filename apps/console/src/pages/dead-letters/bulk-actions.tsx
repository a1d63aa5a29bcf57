import type { ApiRedrive } from '@hooklane/client';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { CircleCheck, LoaderCircle } from 'lucide-react';
import { Progress } from 'radix-ui';
import { useEffect } from 'react';
import { isRunning, redrivesQuery } from '../../api/dead-letters.ts';
import { Section } from '../../ui/card.tsx';
import { count, countOf } from '../../ui/number-text.ts';
import { Time } from '../../ui/time.tsx';
import { filterWords } from './filter-words.ts';

/** How many that are over are shown. */
const PAST = 3;

/** Redrives and discards: those that go on, and the latest that are over. The worker does them, whoever watches. */
export function BulkActions() {
  const { data } = useQuery(redrivesQuery);
  const items = data?.items ?? [];
  const running = items.filter(isRunning);
  useRefreshWhileRunning(running.length);
  const shown = [...running, ...items.filter((item) => !isRunning(item)).slice(0, PAST)];
  if (shown.length === 0) return null;
  return (
    <Section
      title="Redrives and discards"
      subtitle={running.length === 0 ? 'The latest.' : 'They go on when this page is closed.'}
      className="mb-5"
    >
      <ul>
        {shown.map((item) => (
          <ActionRow key={item.id} item={item} />
        ))}
      </ul>
    </Section>
  );
}

/** While letters leave the list, and once more at the end, it is fetched again. */
function useRefreshWhileRunning(running: number): void {
  const queryClient = useQueryClient();
  useEffect(() => {
    const refresh = (): void => void queryClient.invalidateQueries({ queryKey: ['dead-letters'] });
    refresh();
    if (running === 0) return undefined;
    const timer = setInterval(refresh, 2000);
    return () => clearInterval(timer);
  }, [running, queryClient]);
}

function ActionRow({ item }: { item: ApiRedrive }) {
  const { action, filter, reason, matched, done, createdAt } = item;
  const running = isRunning(item);
  const Icon = running ? LoaderCircle : CircleCheck;
  const past = action === 'redrive' ? 'Redriven' : 'Discarded';
  const present = action === 'redrive' ? 'Redriving' : 'Discarding';
  return (
    <li className="grid gap-x-4 gap-y-1 border-b border-line px-4 py-2.5 last:border-b-0 sm:grid-cols-[1fr_auto]">
      <div className="flex min-w-0 items-center gap-2">
        <Icon
          className={running ? 'size-4 shrink-0 animate-spin text-accent' : 'size-4 shrink-0 text-ok'}
          aria-hidden="true"
        />
        <span className="min-w-0 truncate">
          <span className="font-medium">
            {running ? present : `${past} ${countOf(done, 'letter', 'letters')}`}
          </span>
          <span className="text-ink-2"> · {filterWords(filter)}</span>
        </span>
      </div>
      <div className="text-sm text-ink-3 tabular-nums">
        {running && `${count(done)} of ${count(Math.max(matched, done))} · `}
        <Time at={createdAt} as="relative" />
      </div>
      {reason !== null && reason !== '' && (
        <div className="text-sm text-ink-2 sm:col-span-2">Reason: {reason}</div>
      )}
      {running && (
        <Bar
          label={`${present} ${filterWords(filter)}`}
          share={matched === 0 ? 0 : Math.min(1, done / matched)}
        />
      )}
    </li>
  );
}

function Bar({ label, share }: { label: string; share: number }) {
  return (
    <Progress.Root
      value={Math.round(share * 100)}
      aria-label={label}
      className="h-1.5 overflow-hidden rounded-full bg-sunken sm:col-span-2"
    >
      <Progress.Indicator
        className="h-full rounded-full bg-accent-mark transition-[width] duration-500"
        style={{ width: `${share * 100}%` }}
      />
    </Progress.Root>
  );
}
