/** `hooklane dead-letters …` */
import { Command } from '@commander-js/extra-typings';
import type { Cli } from '../../cli.ts';
import { discardCommand, redriveCommand } from './bulk.ts';
import { listCommand } from './list.ts';

/** The group. */
export function deadLettersCommand(cli: Cli) {
  return new Command('dead-letters')
    .description('deliveries that were given up: look, send again, discard')
    .addCommand(listCommand(cli))
    .addCommand(redriveCommand(cli))
    .addCommand(discardCommand(cli));
}
