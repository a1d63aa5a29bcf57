/** `hooklane tokens list` */
import { Command } from '@commander-js/extra-typings';
import type { ApiToken } from '@hooklane/client';
import type { Cli } from '../../cli.ts';
import { withClient } from '../../cli.ts';
import { EXIT } from '../../exit-code.ts';
import { examples, jsonOption } from '../../parse/shared-options.ts';
import { printJson } from '../../show/json.ts';
import { showAgo } from '../../show/times.ts';
import { printTable } from '../../terminal/table.ts';
import type { Column } from '../../terminal/table.ts';

function columns(now: number): readonly Column<ApiToken>[] {
  const when = (time: string | null, never: string): string => (time === null ? never : showAgo(time, now));
  return [
    { title: 'Id', show: (row) => row.id },
    { title: 'Name', show: (row) => row.name, shrinkTo: 12 },
    { title: 'Roles', show: (row) => row.roles.join(', ') },
    { title: 'Accounts', show: (row) => row.accounts?.join(', ') ?? 'all', shrinkTo: 10 },
    { title: 'Made', show: (row) => when(row.createdAt, ''), plain: (row) => row.createdAt },
    {
      title: 'Last used',
      show: (row) => when(row.lastUsedAt, 'never'),
      plain: (row) => row.lastUsedAt ?? 'never',
    },
    {
      title: 'Expires',
      show: (row) => when(row.expiresAt, 'never'),
      plain: (row) => row.expiresAt ?? 'never',
    },
  ];
}

/** The command. */
export function listCommand(cli: Cli) {
  return new Command('list')
    .description('API tokens, the newest first')
    .addOption(jsonOption())
    .addHelpText('after', examples('tokens list'))
    .action((options, command) =>
      withClient(cli, command, async ({ client, terminal }) => {
        const { items } = await client.listTokens();
        if (options.json === true) printJson(terminal, { items, more: false });
        else
          printTable(terminal, columns(cli.now()), items, 'There is only the token of HOOKLANE_API_TOKEN.');
        return EXIT.ok;
      }),
    );
}
