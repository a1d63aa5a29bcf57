/** `hooklane deliveries list` */
import type { Cli } from '../../cli.ts';
import { withClient } from '../../cli.ts';
import { EXIT } from '../../exit-code.ts';
import { filterOf, filteredCommandOfTime, statusOption } from '../../parse/delivery-filter.ts';
import { allOption, limitOption } from '../../parse/limit-options.ts';
import { examples, jsonOption } from '../../parse/shared-options.ts';
import { deliveryColumns } from '../../show/deliveries.ts';
import { pageSize, printList } from '../../show/lists.ts';

/** The command. */
export function listCommand(cli: Cli) {
  return filteredCommandOfTime('list', cli.now)
    .description('deliveries, the newest first')
    .addOption(statusOption())
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
        await printList(
          session,
          client.listAll('listDeliveries', { ...filterOf(options), limit: pageSize(limit) }),
          {
            limit,
            json: options.json === true,
            empty: 'No delivery matches.',
            columns: async () => deliveryColumns(now()),
          },
        );
        return EXIT.ok;
      }),
    );
}
