import type { ApiOverview } from '@hooklane/client';
import { Section } from '../../ui/card.tsx';
import { countOf } from '../../ui/number-text.ts';
import { Time } from '../../ui/time.tsx';

type Worker = ApiOverview['workers'][number];

/** The workers that were seen lately, and how busy each is. */
export function Workers({ workers, server }: { workers: readonly Worker[]; server: string | null }) {
  return (
    <Section title="Workers" subtitle={`${countOf(workers.length, 'worker is', 'workers are')} alive.`}>
      {workers.length === 0 ? (
        <p className="px-4 py-6 text-ink-2">
          Start one with <code className="font-mono text-sm">pnpm worker</code>, or add a worker container.
        </p>
      ) : (
        <ul>
          {workers.map((worker) => (
            <WorkerRow key={worker.id} worker={worker} server={server} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function WorkerRow({ worker, server }: { worker: Worker; server: string | null }) {
  const { host, id, version, startedAt, lanesRunning, triesInFlight } = worker;
  return (
    <li className="grid gap-x-4 border-b border-line px-4 py-2.5 last:border-b-0 sm:grid-cols-[1fr_auto]">
      <div className="min-w-0 truncate">
        <span className="font-medium">{host}</span> <span className="font-mono text-xs text-ink-3">{id}</span>
      </div>
      <div className="text-sm text-ink-2 tabular-nums sm:text-right">
        {countOf(lanesRunning, 'lane', 'lanes')} · {countOf(triesInFlight, 'try', 'tries')} in flight
      </div>
      <div className="text-sm text-ink-3 sm:col-span-2">
        version {version}
        {server !== null && version !== server && (
          <span className="text-wait"> (the server has {server})</span>
        )}{' '}
        · started <Time at={startedAt} as="relative" />
      </div>
    </li>
  );
}
