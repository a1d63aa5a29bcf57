/** `hooklane audit list` */
import { Command } from '@commander-js/extra-typings';
import type { ApiAuditEntry } from '@hooklane/client';
import type { Cli } from '../../cli.ts';
import { withClient } from '../../cli.ts';
import { EXIT } from '../../exit-code.ts';
import { sinceOption, untilOption } from '../../parse/delivery-filter.ts';
import { allOption, limitOption } from '../../parse/limit-options.ts';
import { accountOption } from '../../parse/scope-options.ts';
import { examples, jsonOption } from '../../parse/shared-options.ts';
import { pageSize, printList } from '../../show/lists.ts';
import { showTime } from '../../show/times.ts';
import type { Column } from '../../terminal/table.ts';

const COLUMNS: readonly Column<ApiAuditEntry>[] = [
  { title: 'When', show: (row) => showTime(row.at), plain: (row) => row.at },
  { title: 'Who', show: (row) => row.actor.name, shrinkTo: 12 },
  { title: 'From', show: (row) => row.address },
  { title: 'Action', show: (row) => row.action },
  { title: 'Account', show: (row) => row.account ?? '', shrinkTo: 8 },
  { title: 'Target', show: (row) => row.target ?? '', shrinkTo: 16 },
  { title: 'Detail', show: (row) => row.detail ?? '', shrinkTo: 16 },
];

/** The command. */
export function listCommand(cli: Cli) {
  return new Command('list')
    .description('changes, redeliveries, redrives and sign-ins, the newest first')
    .option('--actor <token>', 'id or name of the token that was used')
    .option('--action <action>', 'such as updateWebhook')
    .option('--target <id>', 'what was changed')
    .addOption(accountOption())
    .addOption(sinceOption(cli.now))
    .addOption(untilOption(cli.now))
    .addOption(limitOption())
    .addOption(allOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples('audit list --since 1d', 'audit list --action deleteWebhook --account jdoe'),
    )
    .action((options, command) =>
      withClient(cli, command, async (session) => {
        const { actor, action, target, account, since, until } = options;
        const limit = options.all === true ? Number.POSITIVE_INFINITY : options.limit;
        const query = { actor, action, target, account, since, until, limit: pageSize(limit) };
        await printList(session, session.client.listAll('listAudit', query), {
          limit,
          json: options.json === true,
          columns: async () => COLUMNS,
          empty: 'Nothing was changed.',
        });
        return EXIT.ok;
      }),
    );
}
