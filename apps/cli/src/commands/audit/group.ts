/** `hooklane audit …` */
import { Command } from '@commander-js/extra-typings';
import type { Cli } from '../../cli.ts';
import { listCommand } from './list.ts';

/** The group. */
export function auditCommand(cli: Cli) {
  return new Command('audit').description('who changed what').addCommand(listCommand(cli));
}
