/** `hooklane scopes …` */
import { Command } from '@commander-js/extra-typings';
import type { Cli } from '../../cli.ts';
import { listCommand } from './list.ts';
import { switchCommand } from './switch.ts';

/** The group. */
export function scopesCommand(cli: Cli) {
  return new Command('scopes')
    .description('the master switches of applications and environments')
    .addCommand(listCommand(cli))
    .addCommand(switchCommand(cli, 'enable'))
    .addCommand(switchCommand(cli, 'disable'));
}
