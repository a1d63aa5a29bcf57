/** `hooklane redrives list` */
import { Command } from '@commander-js/extra-typings';
import type { ApiRedrive } from '@hooklane/client';
import type { Cli } from '../../cli.ts';
import { withClient } from '../../cli.ts';
import { EXIT } from '../../exit-code.ts';
import { nameFilter } from '../../parse/delivery-filter.ts';
import { examples, jsonOption } from '../../parse/shared-options.ts';
import { printJson } from '../../show/json.ts';
import { showAgo } from '../../show/times.ts';
import { printTable } from '../../terminal/table.ts';
import type { Column } from '../../terminal/table.ts';

/** The command. */
export function listCommand(cli: Cli) {
  return new Command('list')
    .description('the latest 50 redrives and discards, the newest first; each is kept for 7 days')
    .addOption(jsonOption())
    .addHelpText('after', examples('redrives list'))
    .action((options, command) =>
      withClient(cli, command, async ({ client, terminal, now }) => {
        const { items } = await client.listRedrives();
        if (options.json === true) printJson(terminal, { items, more: false });
        else printTable(terminal, columnsOf(now()), items, 'Nothing was redriven or discarded.');
        return EXIT.ok;
      }),
    );
}

function columnsOf(now: number): readonly Column<ApiRedrive>[] {
  return [
    { title: 'Begun', show: (row) => showAgo(row.createdAt, now), plain: (row) => row.createdAt },
    { title: 'Action', show: (row) => row.action },
    { title: 'Of', show: (row) => nameFilter(row.filter), shrinkTo: 16 },
    {
      title: 'State',
      show: (row) => row.state,
      style: (row) => (row.state === 'done' ? 'green' : 'cyan'),
    },
    { title: 'Done', show: (row) => `${row.done} of ${row.matched}`, align: 'right' },
    { title: 'Id', show: (row) => row.id, canWrap: true },
  ];
}
