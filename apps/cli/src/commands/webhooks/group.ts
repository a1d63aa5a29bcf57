/** `hooklane webhooks …` */
import { Command } from '@commander-js/extra-typings';
import type { Cli } from '../../cli.ts';
import { addCommand } from './add.ts';
import { deleteCommand } from './delete.ts';
import { editCommand } from './edit.ts';
import { listCommand } from './list.ts';
import { showCommand } from './show.ts';
import { switchCommand } from './switch.ts';
import { testCommand } from './test.ts';

/** The group. */
export function webhooksCommand(cli: Cli) {
  return new Command('webhooks')
    .description('list, add, test and change webhooks')
    .addCommand(listCommand(cli))
    .addCommand(addCommand(cli))
    .addCommand(showCommand(cli))
    .addCommand(editCommand(cli))
    .addCommand(testCommand(cli))
    .addCommand(switchCommand(cli, 'enable'))
    .addCommand(switchCommand(cli, 'disable'))
    .addCommand(deleteCommand(cli));
}
