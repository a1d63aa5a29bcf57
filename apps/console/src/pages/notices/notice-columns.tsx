import type { ApiNotice } from '@hooklane/client';
import { Check } from 'lucide-react';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { ScopeLink } from '../../ui/scope-link.tsx';
import { TextLink } from '../../ui/text-link.tsx';
import { Time } from '../../ui/time.tsx';
import { NOTICE_LOOKS, whatToDo } from './notice-words.ts';

/** Says that a notice was seen; null: who is signed in may not. */
export type Acknowledge = ((notice: ApiNotice) => void) | null;

/** The columns of the list. */
export function noticeColumns(onAcknowledge: Acknowledge): readonly Column<ApiNotice>[] {
  return [
    {
      key: 'notice',
      header: 'What happened, and what to do',
      width: 'minmax(320px, 3fr)',
      cell: (notice) => (
        <div className="py-2">
          <Kind notice={notice} />
          <Text notice={notice} />
        </div>
      ),
    },
    {
      key: 'about',
      header: 'About',
      width: 'minmax(170px, 1.1fr)',
      cell: (notice) => <About notice={notice} />,
    },
    { key: 'at', header: 'Raised', width: '120px', cell: ({ at }) => <Time at={at} as="relative" /> },
    {
      key: 'seen',
      header: 'Acknowledged',
      width: '152px',
      cell: (notice) => <Seen notice={notice} onAcknowledge={onAcknowledge} />,
    },
  ];
}

/** The same on a phone. */
export function NoticeCard({ notice, onAcknowledge }: { notice: ApiNotice; onAcknowledge: Acknowledge }) {
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
        <Kind notice={notice} />
        <span className="text-sm text-ink-3">
          <Time at={notice.at} as="relative" />
        </span>
      </div>
      <Text notice={notice} />
      <div className="flex flex-wrap items-center justify-between gap-3">
        <About notice={notice} />
        <Seen notice={notice} onAcknowledge={onAcknowledge} />
      </div>
    </div>
  );
}

function Kind({ notice }: { notice: ApiNotice }) {
  const { label, tone, icon } = NOTICE_LOOKS[notice.kind];
  return (
    <Badge tone={tone} icon={icon}>
      {label}
    </Badge>
  );
}

function Text({ notice }: { notice: ApiNotice }) {
  return (
    <div className="grid gap-0.5 py-1 whitespace-normal">
      <p className="wrap-anywhere">{notice.message}</p>
      <p className="text-sm text-ink-2">
        <span className="font-medium">What to do: </span>
        {whatToDo(notice)}
      </p>
    </div>
  );
}

function About({ notice: { account, webhook } }: { notice: ApiNotice }) {
  if (webhook === null) return <span className="text-ink-2">account {account}</span>;
  return (
    <div className="grid min-w-0">
      <span className="truncate">
        <TextLink to="/webhooks/$id" params={{ id: webhook.id }}>
          {webhook.name}
        </TextLink>
      </span>
      <span className="truncate text-sm text-ink-3">
        {account} / <ScopeLink account={account} scope={webhook.scope} className="hover:underline" />
      </span>
    </div>
  );
}

function Seen({ notice, onAcknowledge }: { notice: ApiNotice; onAcknowledge: Acknowledge }) {
  if (notice.acknowledgedAt !== null) {
    return (
      <span className="inline-flex items-center gap-1.5 text-sm text-ink-2">
        <Check className="size-4 text-ok" aria-hidden="true" />
        <Time at={notice.acknowledgedAt} as="relative" />
      </span>
    );
  }
  if (onAcknowledge === null) return <span className="text-sm text-ink-3">not yet</span>;
  return (
    <Button size="sm" icon={Check} onClick={() => onAcknowledge(notice)}>
      Acknowledge
    </Button>
  );
}
