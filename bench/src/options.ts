/** The command line. */
import { parseArgs } from 'node:util';
import { UsageError } from '@hooklane/local';
import { orUsageError } from './read-flags.ts';
import { MAX_DELIVERIES } from './workload.ts';

/** What `--help` says. */
export const USAGE = `pnpm bench [options]

  --rounds N      rounds, 1 to 20 (default 3); each one measures every row once
  --seconds S     about how long a row is measured in a round, 1 to 60 (default 5)
  --count N       deliveries per row and round, 10 to 300,000, instead of --seconds
  --all           every row: variations of webhooks, bodies, workers and HTTPS, and an endpoint that is down
  --rows PATTERN  of all rows only those whose name matches this regular expression
  --json FILE     write the result there as well
  --svg FILE      draw the rates there
  --smoke         one short round of the main rows: does it work at all?
  --help          this text`;

/** The options, read and checked. */
export interface Options {
  rounds: number;
  /** About how long a row is measured in a round. */
  seconds: number;
  /** Deliveries per row and round; null: as many as `seconds` need. */
  count: number | null;
  /** Which rows, by their names; null: not given. */
  rows: RegExp | null;
  /** Every row there is. */
  all: boolean;
  json: string | null;
  svg: string | null;
  /** Only the rows of the main ratios, unless `rows` or `all` say otherwise. */
  smoke: boolean;
  help: boolean;
}

const SMOKE_DELIVERIES = 400;

/** Reads the arguments. Throws {@link UsageError}. */
export function readOptions(args: readonly string[]): Options {
  const values = parse(args);
  const smoke = values.smoke === true;
  return {
    rounds: wholeNumber('--rounds', values.rounds, { min: 1, max: 20 }) ?? (smoke ? 1 : 3),
    seconds: wholeNumber('--seconds', values.seconds, { min: 1, max: 60 }) ?? 5,
    count:
      wholeNumber('--count', values.count, { min: 10, max: MAX_DELIVERIES }) ??
      (smoke ? SMOKE_DELIVERIES : null),
    rows: values.rows === undefined ? null : pattern(values.rows),
    all: values.all === true,
    json: values.json ?? null,
    svg: values.svg ?? null,
    smoke,
    help: values.help === true,
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = {
    rounds: text,
    seconds: text,
    count: text,
    rows: text,
    json: text,
    svg: text,
    all: flag,
    smoke: flag,
    help: flag,
  };
  return orUsageError(() => parseArgs({ args: [...args], options }).values);
}

function wholeNumber(
  name: string,
  value: string | undefined,
  bound: { min: number; max: number },
): number | null {
  if (value === undefined) return null;
  const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (number >= bound.min && number <= bound.max) return number;
  throw new UsageError(
    `${name} must be a whole number from ${bound.min} to ${bound.max}; this one is "${value}".`,
  );
}

function pattern(value: string): RegExp {
  try {
    return new RegExp(value, 'i');
  } catch (error) {
    throw new UsageError(`--rows: ${(error as Error).message}`, { cause: error });
  }
}
