/** `hooklane scopes list` */
import { Command, Option } from '@commander-js/extra-typings';
import type { ApiScopeEntry } from '@hooklane/client';
import type { Cli } from '../../cli.ts';
import { withClient } from '../../cli.ts';
import { EXIT } from '../../exit-code.ts';
import { accountOption } from '../../parse/scope-options.ts';
import { examples, jsonOption } from '../../parse/shared-options.ts';
import { printJson } from '../../show/json.ts';
import { printTable } from '../../terminal/table.ts';
import type { Column } from '../../terminal/table.ts';

const MAX_SCOPES = 10_000;

const COLUMNS: readonly Column<ApiScopeEntry>[] = [
  { title: 'Account', show: (row) => row.account, shrinkTo: 12 },
  { title: 'Kind', show: (row) => row.scope.kind },
  { title: 'Name', show: (row) => row.scope.name, shrinkTo: 16 },
  { title: 'Webhooks', show: (row) => String(row.webhooks), align: 'right' },
  {
    title: 'Switch',
    show: (row) => (row.enabled ? 'on' : 'off'),
    style: (row) => (row.enabled ? 'green' : 'yellow'),
  },
];

/** The command. */
export function listCommand(cli: Cli) {
  return new Command('list')
    .description('applications and environments that have a switch or a webhook')
    .addOption(accountOption())
    .addOption(new Option('--kind <kind>', 'only these').choices(['application', 'environment'] as const))
    .addOption(jsonOption())
    .addHelpText('after', examples('scopes list', 'scopes list --account jdoe --kind environment'))
    .action((options, command) =>
      withClient(cli, command, async ({ client, terminal }) => {
        const items: ApiScopeEntry[] = [];
        let more = false;
        for await (const entry of client.listAll('listScopes', {
          account: options.account,
          kind: options.kind,
          limit: 200,
        })) {
          more = items.length >= MAX_SCOPES;
          if (more) break;
          items.push(entry);
        }
        if (options.json === true) printJson(terminal, { items, more });
        else printTable(terminal, COLUMNS, items, 'Nobody has configured anything yet.');
        if (more) terminal.note(`There are more than the ${items.length} shown: name an account.`);
        return EXIT.ok;
      }),
    );
}
