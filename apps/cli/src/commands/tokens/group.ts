/** `hooklane tokens …` */
import { Command } from '@commander-js/extra-typings';
import type { Cli } from '../../cli.ts';
import { addCommand } from './add.ts';
import { listCommand } from './list.ts';
import { revokeCommand } from './revoke.ts';

/** The group. */
export function tokensCommand(cli: Cli) {
  return new Command('tokens')
    .description('API tokens and what they may do')
    .addCommand(listCommand(cli))
    .addCommand(addCommand(cli))
    .addCommand(revokeCommand(cli));
}
