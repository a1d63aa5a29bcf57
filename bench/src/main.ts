/** `pnpm bench`: what Hooklane delivers per second, beside the usual way and beside what the machine can do at all. */
import { writeFile } from 'node:fs/promises';
import { USAGE, UsageError, readOptions } from './options.ts';
import type { Options } from './options.ts';
import { makeReport, resultRows } from './report.ts';
import type { Row } from './rows/row.ts';
import { chooseRows, rowNames } from './rows/rows.ts';
import { runRounds } from './run-rounds.ts';
import { formatResult } from './table.ts';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
/** As a shell counts them: 128 and the number of the signal. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** Progress goes to stderr, so that the table alone can be piped. */
const print = (line: string): void => void process.stderr.write(`${line}\n`);

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) return void process.stdout.write(`${USAGE}\n`);
  const rows = chooseRows(options);
  if (rows.length === 0) throw new UsageError(`--rows matches none of: ${rowNames().join(', ')}`);
  await bench(options, rows);
}

async function bench(options: Options, rows: readonly Row[]): Promise<void> {
  const signal = endOnSignals();
  const { measured, redisVersion } = await runRounds(options, { rows, signal, print });
  const report = makeReport(resultRows(measured), redisVersion);
  process.stdout.write(`\n${formatResult(measured, report.rows)}\n`);
  if (options.json !== null) await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`);
}

/** The first Ctrl-C stops what runs, in order; a second one leaves at once (what was started ends with us). */
function endOnSignals(): AbortSignal {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      process.exitCode = EXIT_CODES[name];
      if (stop.signal.aborted) process.exit();
      print(`${name}: stopping`);
      stop.abort(new Error(name));
    });
  }
  return stop.signal;
}

main().catch((error: unknown) => {
  const stopped = process.exitCode !== undefined;
  if (error instanceof UsageError) print(`${error.message}\n\n${USAGE}`);
  else if (!stopped) print(describe(error));
  process.exitCode ??= error instanceof UsageError ? EXIT_USAGE : EXIT_FAILED;
});

/** The message, and those of its causes. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\n  because: ${describe(error.cause)}`;
  return `${error.message}${cause}`;
}
