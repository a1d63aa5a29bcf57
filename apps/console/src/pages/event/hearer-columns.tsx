import type { ApiDelivery } from '@hooklane/client';
import { Link } from '@tanstack/react-router';
import type { Column } from '../../ui/data-table.tsx';
import { LastAnswer } from '../../ui/last-answer.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { Time } from '../../ui/time.tsx';

/** One row for each webhook that the event is for. */
export const HEARER_COLUMNS: readonly Column<ApiDelivery>[] = [
  { key: 'status', header: 'Status', width: '118px', cell: ({ status }) => <StatusBadge status={status} /> },
  {
    key: 'webhook',
    header: 'Webhook',
    width: 'minmax(120px, 1fr)',
    cell: ({ id, webhookName }) => (
      <Link to="/deliveries/$id" params={{ id }} className="row-link font-medium">
        {webhookName ?? 'deleted webhook'}
      </Link>
    ),
  },
  {
    key: 'answer',
    header: 'Last answer',
    width: 'minmax(120px, 1fr)',
    cell: (row) => <LastAnswer delivery={row} />,
  },
  { key: 'tries', header: 'Tries', width: '64px', align: 'end', cell: ({ attemptCount }) => attemptCount },
  {
    key: 'when',
    header: 'Last try',
    width: '130px',
    cell: ({ lastAttemptAt }) => (lastAttemptAt === null ? '–' : <Time at={lastAttemptAt} as="relative" />),
  },
];
