/** `hooklane spool …` */
import { Command } from '@commander-js/extra-typings';
import type { Cli } from '../../cli.ts';
import { flushCommand } from './flush.ts';
import { statusCommand } from './status.ts';

/** The group. */
export function spoolCommand(cli: Cli) {
  return new Command('spool')
    .description('events that `emit --spool` kept while the server was away')
    .addCommand(flushCommand(cli))
    .addCommand(statusCommand(cli));
}
