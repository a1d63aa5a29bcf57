/** `hooklane notices list` */
import { Command } from '@commander-js/extra-typings';
import type { ApiNotice } from '@hooklane/client';
import type { Cli } from '../../cli.ts';
import { withClient } from '../../cli.ts';
import { EXIT } from '../../exit-code.ts';
import { allOption, limitOption } from '../../parse/limit-options.ts';
import { momentOption } from '../../parse/options.ts';
import { accountOption } from '../../parse/scope-options.ts';
import { examples, jsonOption } from '../../parse/shared-options.ts';
import { pageSize, printList } from '../../show/lists.ts';
import { showAgo } from '../../show/times.ts';
import type { Column } from '../../terminal/table.ts';

/** The command. */
export function listCommand(cli: Cli) {
  return new Command('list')
    .description('notices, the newest first')
    .addOption(accountOption())
    .option('--webhook <id>', 'the id of a webhook, wh_…')
    .option('--since <when>', 'raised at or after: an age (2h) or RFC 3339', momentOption(cli.now))
    .option('--open', 'only those that nobody has acknowledged')
    .addOption(limitOption())
    .addOption(allOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('notices list --open', 'notices list --account jdoe --since 24h --json'))
    .action((options, command) =>
      withClient(cli, command, async (session) => {
        const limit = options.all === true ? Infinity : options.limit;
        const { account, webhook, since } = options;
        const filter = {
          ...(account === undefined ? {} : { account }),
          ...(webhook === undefined ? {} : { webhook }),
          ...(since === undefined ? {} : { since }),
          ...(options.open === true ? { acknowledged: 'false' as const } : {}),
        };
        const notices = session.client.listAll('listNotices', { ...filter, limit: pageSize(limit) });
        await printList(session, notices, {
          limit,
          json: options.json === true,
          empty: 'No notice matches.',
          columns: async () => columnsOf(session.now()),
        });
        return EXIT.ok;
      }),
    );
}

function columnsOf(now: number): Column<ApiNotice>[] {
  return [
    { title: 'Raised', show: (row) => showAgo(row.at, now), plain: (row) => row.at },
    { title: 'Kind', show: (row) => row.kind },
    { title: 'Account', show: (row) => row.account, shrinkTo: 10 },
    { title: 'Seen', show: (row) => (row.acknowledgedAt === null ? 'no' : 'yes') },
    { title: 'Message', show: (row) => row.message, canWrap: true },
    { title: 'Id', show: (row) => row.id, canWrap: true },
  ];
}
