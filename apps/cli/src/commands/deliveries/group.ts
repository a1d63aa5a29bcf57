/** `hooklane deliveries …` */
import { Command } from '@commander-js/extra-typings';
import type { Cli } from '../../cli.ts';
import { listCommand } from './list.ts';
import { redeliverCommand } from './redeliver.ts';
import { showCommand } from './show.ts';
import { tailCommand } from './tail.ts';

/** The group. */
export function deliveriesCommand(cli: Cli) {
  return new Command('deliveries')
    .description('what was sent, what came back, and sending it again')
    .addCommand(listCommand(cli))
    .addCommand(showCommand(cli))
    .addCommand(tailCommand(cli))
    .addCommand(redeliverCommand(cli));
}
