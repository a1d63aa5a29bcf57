/** `hooklane deliveries list` */
import { Command } from '@commander-js/extra-typings';
import type { Cli } from '../../cli.ts';
import { withClient } from '../../cli.ts';
import { EXIT } from '../../exit-code.ts';
import { createWebhookNames } from '../../find-webhook.ts';
import {
  eventOption,
  filterOf,
  sinceOption,
  statusCodeOption,
  statusOption,
  untilOption,
  webhookOption,
} from '../../parse/delivery-filter.ts';
import { allOption, limitOption } from '../../parse/limit-options.ts';
import { accountOption, applicationOption, environmentOption } from '../../parse/scope-options.ts';
import { examples, jsonOption } from '../../parse/shared-options.ts';
import { deliveryColumns } from '../../show/deliveries.ts';
import { pageSize, printList } from '../../show/lists.ts';

/** The command. */
export function listCommand(cli: Cli) {
  return new Command('list')
    .description('deliveries, the newest first')
    .addOption(accountOption())
    .addOption(applicationOption())
    .addOption(environmentOption())
    .addOption(webhookOption())
    .addOption(eventOption())
    .addOption(statusOption())
    .addOption(statusCodeOption())
    .addOption(sinceOption(cli.now))
    .addOption(untilOption(cli.now))
    .addOption(limitOption())
    .addOption(allOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'deliveries list --status retrying --account jdoe --application shop',
        'deliveries list --status-code 500 --since 2h --all --json',
      ),
    )
    .action((options, command) =>
      withClient(cli, command, async (session) => {
        const { client, now } = session;
        const limit = options.all === true ? Infinity : options.limit;
        const namesOf = createWebhookNames(client);
        await printList(
          session,
          client.listAll('listDeliveries', { ...filterOf(options), limit: pageSize(limit) }),
          {
            limit,
            json: options.json === true,
            empty: 'No delivery matches.',
            columns: async (rows) =>
              deliveryColumns(now(), await namesOf(rows.map(({ webhookId }) => webhookId))),
          },
        );
        return EXIT.ok;
      }),
    );
}
