/** `hooklane secrets …` */
import { Command } from '@commander-js/extra-typings';
import type { Cli } from '../../cli.ts';
import { rekeyCommand } from './rekey.ts';

/** The group. */
export function secretsCommand(cli: Cli) {
  return new Command('secrets').description('secrets at rest').addCommand(rekeyCommand(cli));
}
