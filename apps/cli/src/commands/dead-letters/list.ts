/** `hooklane dead-letters list` */
import type { Cli } from '../../cli.ts';
import { withClient } from '../../cli.ts';
import { EXIT } from '../../exit-code.ts';
import { filterOf, filteredCommandOfLetters } from '../../parse/delivery-filter.ts';
import { allOption, limitOption } from '../../parse/limit-options.ts';
import { examples, jsonOption } from '../../parse/shared-options.ts';
import { deliveryColumns } from '../../show/deliveries.ts';
import { pageSize, printList } from '../../show/lists.ts';

/** The command. */
export function listCommand(cli: Cli) {
  return filteredCommandOfLetters('list', cli.now)
    .description('open dead letters, the newest death first')
    .addOption(limitOption())
    .addOption(allOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples('dead-letters list --account jdoe', 'dead-letters list --reason exhausted --since 24h --json'),
    )
    .action((options, command) =>
      withClient(cli, command, async (session) => {
        const { client, now } = session;
        const limit = options.all === true ? Infinity : options.limit;
        await printList(
          session,
          client.listAll('listDeadLetters', { ...filterOf(options), limit: pageSize(limit) }),
          {
            limit,
            json: options.json === true,
            empty: 'No dead letter matches.',
            columns: async () => deliveryColumns(now()).filter(({ title }) => title !== 'Status'),
          },
        );
        return EXIT.ok;
      }),
    );
}
