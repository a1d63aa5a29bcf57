/** `hooklane notifications …` */
import { Command } from '@commander-js/extra-typings';
import type { Cli } from '../../cli.ts';
import { deleteCommand } from './delete.ts';
import { setCommand } from './set.ts';
import { showCommand } from './show.ts';
import { testCommand } from './test.ts';

/** The group. */
export function notificationsCommand(cli: Cli) {
  return new Command('notifications')
    .description('the URL that the notices of an account are sent to')
    .addCommand(showCommand(cli))
    .addCommand(setCommand(cli))
    .addCommand(testCommand(cli))
    .addCommand(deleteCommand(cli));
}
