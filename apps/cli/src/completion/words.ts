/** What can follow where, out of the commands themselves. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings';

/** One place on the command line. */
export interface Place {
  /** The commands so far, with spaces: `webhooks add`; empty for the beginning. */
  path: string;
  /** Subcommands, and choices of the first argument. */
  words: readonly { word: string; description: string }[];
  options: readonly PlaceOption[];
}

/** One long option. */
export interface PlaceOption {
  flag: string;
  description: string;
  takesValue: boolean;
  /** The values it can have; empty: any. */
  choices: readonly string[];
}

/** Every place of the program, the outermost first. */
export function placesOf(command: CommandUnknownOpts, path = ''): Place[] {
  const words = [
    ...command.commands.map((child) => ({ word: child.name(), description: child.description() })),
    ...(command.registeredArguments[0]?.argChoices ?? []).map((word) => ({ word, description: '' })),
  ];
  const options = command.options
    .filter((option) => option.long !== undefined && !option.hidden)
    .map((option) => ({
      flag: option.long ?? '',
      description: option.description,
      // One that may be left out is no reason to offer nothing else.
      takesValue: option.required,
      choices: option.argChoices ?? [],
    }));
  const help = { flag: '--help', description: 'display help for command', takesValue: false, choices: [] };
  const here = { path, words, options: [...options, help] };
  const children = command.commands.flatMap((child) => placesOf(child, `${path} ${child.name()}`.trim()));
  return [here, ...children];
}
