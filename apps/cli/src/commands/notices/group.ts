/** `hooklane notices …` */
import { Command } from '@commander-js/extra-typings';
import type { Cli } from '../../cli.ts';
import { acknowledgeCommand } from './acknowledge.ts';
import { listCommand } from './list.ts';

/** The group. */
export function noticesCommand(cli: Cli) {
  return new Command('notices')
    .description('what was told of webhooks that fail or were disabled')
    .addCommand(listCommand(cli))
    .addCommand(acknowledgeCommand(cli));
}
