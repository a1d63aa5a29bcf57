/** `hooklane events …` */
import { Command } from '@commander-js/extra-typings';
import type { Cli } from '../../cli.ts';
import { showCommand } from './show.ts';

/** The group. */
export function eventsCommand(cli: Cli) {
  return new Command('events').description('who heard of an event?').addCommand(showCommand(cli));
}
