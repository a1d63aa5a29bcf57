/** `hooklane redrives …` */
import { Command } from '@commander-js/extra-typings';
import type { Cli } from '../../cli.ts';
import { listCommand } from './list.ts';
import { showCommand } from './show.ts';

/** The group. */
export function redrivesCommand(cli: Cli) {
  return new Command('redrives')
    .description('redrives and discards that were begun')
    .addCommand(listCommand(cli))
    .addCommand(showCommand(cli));
}
