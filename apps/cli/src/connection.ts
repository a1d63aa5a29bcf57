/** The flags that every command which talks to the server has. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { Option } from '@commander-js/extra-typings';
import { durationOption } from './parse/options.ts';

const GROUP = 'Connection:';
const MAX_TIMEOUT_MS = 600_000;
const DEFAULT_TIMEOUT_MS = 10_000;

/** What they say. */
export interface Connection {
  url: string | undefined;
  tokenFile: string | undefined;
  timeoutMs: number;
  /** What the flag says; null: nothing. */
  givenTimeoutMs: number | null;
}

/** Adds them, but none that the command uses for something else: then it goes before the command's name. */
export function addConnection(command: CommandUnknownOpts): void {
  const options = [
    new Option('--url <url>', 'address of the server (HOOKLANE_URL)'),
    new Option('--token-file <file>', 'file with the API token, - for standard input'),
    new Option('--timeout <time>', 'for one answer of the server (default: 10s)').argParser(
      durationOption({ min: 1, max: MAX_TIMEOUT_MS }),
    ),
  ];
  for (const option of options) {
    const isTaken = command.options.some(({ long }) => long === option.long);
    if (!isTaken) command.addOption(option.helpGroup(GROUP));
  }
}

/** The nearest flag wins: `hooklane status --url …` before `hooklane --url … status`. */
export function readConnection(command: CommandUnknownOpts): Connection {
  const read = (name: string): unknown => {
    for (let level: CommandUnknownOpts | null = command; level !== null; level = level.parent) {
      const isOurs = level.options.some(
        (option) => option.attributeName() === name && option.helpGroupHeading === GROUP,
      );
      const value: unknown = isOurs ? level.getOptionValue(name) : undefined;
      if (value !== undefined) return value;
    }
    return undefined;
  };
  const givenTimeoutMs = (read('timeout') as number | undefined) ?? null;
  return {
    url: read('url') as string | undefined,
    tokenFile: read('tokenFile') as string | undefined,
    timeoutMs: givenTimeoutMs ?? DEFAULT_TIMEOUT_MS,
    givenTimeoutMs,
  };
}
