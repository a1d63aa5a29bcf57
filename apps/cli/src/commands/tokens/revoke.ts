/** `hooklane tokens revoke` */
import { Command } from '@commander-js/extra-typings';
import type { Cli } from '../../cli.ts';
import { withClient } from '../../cli.ts';
import { EXIT } from '../../exit-code.ts';
import { examples, yesOption } from '../../parse/shared-options.ts';
import { confirm } from '../../terminal/confirm.ts';

/** The command. */
export function revokeCommand(cli: Cli) {
  return new Command('revoke')
    .description('revoke an API token, at once and for good; its sessions end')
    .argument('<id>', 'as `tokens list` shows it, tok_…')
    .addOption(yesOption())
    .addHelpText('after', examples('tokens revoke tok_0123456789abcdef0123'))
    .action((id, options, command) =>
      withClient(cli, command, async ({ client, terminal }) => {
        await confirm(terminal, `Revoke ${id}?`, options.yes);
        await client.revokeToken({ params: { id } });
        terminal.print(`Revoked ${id}.`);
        return EXIT.ok;
      }),
    );
}
