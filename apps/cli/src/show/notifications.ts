/** The notification URL of an account, for people. */
import type { ApiNotifications } from '@hooklane/client';
import { printFacts } from '../terminal/facts.ts';
import { printTable } from '../terminal/table.ts';
import type { Column } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { showAgo, showSpan } from './times.ts';

/** Prints it with its latest tries. */
export function printNotifications(terminal: Terminal, target: ApiNotifications, now: number): void {
  const { url, signing, hasSecret, enabled, disabled, waiting, recent } = target;
  printFacts(terminal, [
    ['URL', url, 'bold'],
    ['Signed', hasSecret ? signing : 'no: it has no secret', hasSecret ? null : 'yellow'],
    ['Enabled', enabled ? 'yes' : `no: ${disabled?.message ?? ''}`, enabled ? 'green' : 'red'],
    ['Waiting', String(waiting)],
  ]);
  if (recent.length === 0) return;
  terminal.print();
  printTable(terminal, columnsOf(now), recent);
}

function columnsOf(now: number): Column<ApiNotifications['recent'][number]>[] {
  return [
    { title: 'Tried', show: (row) => showAgo(row.at, now), plain: (row) => row.at },
    { title: 'Try', show: (row) => String(row.number), align: 'right' },
    { title: 'Outcome', show: (row) => row.outcome },
    { title: 'Status', show: (row) => String(row.statusCode ?? ''), align: 'right' },
    { title: 'Took', show: (row) => showSpan(row.durationMs), align: 'right' },
    { title: 'Event', show: (row) => row.eventId, canWrap: true },
  ];
}
