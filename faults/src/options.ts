/** The command line. */
import { parseArgs } from 'node:util';
import { UsageError } from '@hooklane/local';

/** What `--help` says. */
export const USAGE = `pnpm faults [row …] [options]

  row          run these rows only; \`receivers\` stands for all sick receivers; without one, all
  --list       say what rows there are, and run nothing
  --short      the short form: shorter loads and pauses; without a row, those that \`pnpm test\` runs
  --json FILE  write the result there as well
  --log FILE   write what the programs say there
  --help       this text

The exit code is 0 when nothing was lost and every row was as it should be, 1 when not, 2 for a wrong option.`;

/** The options, read and checked. */
export interface Options {
  rows: readonly string[];
  list: boolean;
  short: boolean;
  json: string | null;
  log: string | null;
  help: boolean;
}

/** Reads the arguments. `known`: the names of all rows; `preset`: those of the short form. Throws {@link UsageError}. */
export function readOptions(
  args: readonly string[],
  { known, preset }: { known: readonly string[]; preset: readonly string[] },
): Options {
  const { values, positionals } = parse(args);
  for (const name of positionals) {
    if (name === 'receivers' || known.includes(name)) continue;
    throw new UsageError(`There is no row "${name}". There are: ${known.join(', ')}.`);
  }
  const short = values.short === true;
  return {
    rows:
      positionals.length > 0 ? positionals.flatMap((name) => expand(name, known)) : short ? preset : known,
    list: values.list === true,
    short,
    json: values.json ?? null,
    log: values.log ?? null,
    help: values.help === true,
  };
}

function expand(name: string, known: readonly string[]): readonly string[] {
  return name === 'receivers' ? known.filter((row) => row.startsWith('receiver-')) : [name];
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { list: flag, short: flag, json: text, log: text, help: flag },
    });
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}
