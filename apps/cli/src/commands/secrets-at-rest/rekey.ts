/** `hooklane secrets rekey` */
import { Command } from '@commander-js/extra-typings';
import type { Cli } from '../../cli.ts';
import { withClient } from '../../cli.ts';
import { EXIT } from '../../exit-code.ts';
import { examples } from '../../parse/shared-options.ts';

/** The command. */
export function rekeyCommand(cli: Cli) {
  return new Command('rekey')
    .description('encrypt all secrets anew with the present HOOKLANE_SECRET_KEY of the server')
    .addHelpText('after', examples('secrets rekey'))
    .action((_options, command) =>
      withClient(cli, command, async ({ client, terminal }) => {
        const sum = { checked: 0, resealed: 0, unreadable: [] as string[] };
        let cursor: string | null = null;
        do {
          const step: Awaited<ReturnType<typeof client.rekeySecrets>> = await client.rekeySecrets({
            body: { cursor },
          });
          sum.checked += step.checked;
          sum.resealed += step.resealed;
          sum.unreadable.push(...step.unreadable);
          cursor = step.next;
          if (cursor !== null) terminal.note(`${sum.checked} looked at …`);
        } while (cursor !== null);
        const have = sum.checked === 1 ? '1 webhook has a secret' : `${sum.checked} webhooks have secrets`;
        terminal.print(`${have}; ${sum.resealed} ${sum.resealed === 1 ? 'was' : 'were'} encrypted anew.`);
        for (const id of sum.unreadable) {
          terminal.note(`The secret of ${id} cannot be read with any key of the server: give it a new one.`);
        }
        return sum.unreadable.length === 0 ? EXIT.ok : EXIT.failed;
      }),
    );
}
