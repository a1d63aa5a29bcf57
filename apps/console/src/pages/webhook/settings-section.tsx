import type { ApiWebhook } from '@hooklane/client';
import { Section } from '../../ui/card.tsx';
import { eventLabel } from '../../ui/event-label.ts';
import { Time } from '../../ui/time.tsx';
import { SIGNING_WORDS } from './signing-words.ts';

/** Everything that was set. */
export function SettingsSection({ webhook }: { webhook: ApiWebhook }) {
  const { id, event, url, hasSecret, signing, tokenHeader, maxInFlight, createdAt, updatedAt } = webhook;
  const rows: [string, React.ReactNode][] = [
    ['Type', eventLabel(event)],
    [
      'Payload URL',
      <span key="url" className="font-mono text-sm wrap-anywhere">
        {url}
      </span>,
    ],
    ['Secret', hasSecret ? 'xxxxxx' : 'No Secret'],
    ['Signing', SIGNING_WORDS[signing].label],
    ...(signing === 'token' ? [['Header of the token', tokenHeader] as [string, string]] : []),
    ['Tries at the same time', `at most ${maxInFlight}`],
    [
      'Id',
      <span key="id" className="font-mono text-sm wrap-anywhere">
        {id}
      </span>,
    ],
    ['Added', <Time key="created" at={createdAt} />],
    ['Changed', <Time key="updated" at={updatedAt} />],
  ];
  return (
    <Section title="Settings">
      <dl className="divide-y divide-line">
        {rows.map(([label, value]) => (
          <div key={label} className="grid grid-cols-[9rem_1fr] gap-3 px-4 py-2">
            <dt className="text-ink-2">{label}</dt>
            <dd className="min-w-0">{value}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}
