/** `hooklane redrives show` */
import { Command } from '@commander-js/extra-typings';
import type { Cli } from '../../cli.ts';
import { withClient } from '../../cli.ts';
import { examples, jsonOption } from '../../parse/shared-options.ts';
import { followRedrive } from './follow.ts';

/** The command. */
export function showCommand(cli: Cli) {
  return new Command('show')
    .description('how far a redrive or discard is')
    .argument('<id>', 'as `dead-letters redrive` gave it')
    .option('--follow', 'until it is done')
    .addOption(jsonOption())
    .addHelpText('after', examples('redrives show rd_01m8… --follow'))
    .action((id, options, command) =>
      withClient(cli, command, (session) =>
        followRedrive(session, id, { json: options.json === true, wait: options.follow === true }),
      ),
    );
}
