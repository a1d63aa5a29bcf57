/** `hooklane deliveries redeliver` */
import { Command } from '@commander-js/extra-typings';
import type { Cli } from '../../cli.ts';
import { withClient } from '../../cli.ts';
import { EXIT } from '../../exit-code.ts';
import { examples, jsonOption, waitOption } from '../../parse/shared-options.ts';
import { printJson } from '../../show/json.ts';
import { watchDeliveries } from '../../wait/watch-deliveries.ts';

/** The command. */
export function redeliverCommand(cli: Cli) {
  return new Command('redeliver')
    .description('send a finished delivery again')
    .argument('<id>', 'of the delivery, evt_….wh_…')
    .addOption(waitOption('wait until it is delivered or dead'))
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'deliveries redeliver evt_01m8….wh_01m8…',
        'deliveries redeliver evt_01m8….wh_01m8… --wait 2m',
      ),
    )
    .action((id, options, command) =>
      withClient(cli, command, async (session) => {
        const { client, terminal } = session;
        const answer = await client.redeliver({ params: { id } });
        if (options.json === true) printJson(terminal, answer);
        else terminal.print(`Sending ${id} again.`);
        if (typeof options.wait !== 'number') return EXIT.ok;
        const look = async (signal: AbortSignal) => [
          await client.getDelivery({ params: { id } }, { signal }),
        ];
        const code = await watchDeliveries(session, {
          look,
          timeoutMs: options.wait,
        });
        if (code !== EXIT.ok) terminal.note(`See each try with: hooklane deliveries show ${id}`);
        return code;
      }),
    );
}
