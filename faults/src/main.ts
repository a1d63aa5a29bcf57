/** `pnpm faults`: each fault under a steady load, and the ledger afterwards. */
import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { FaultResult } from './kit/fault.ts';
import { USAGE, UsageError, readOptions } from './options.ts';
import type { Options } from './options.ts';
import { makeReport } from './report.ts';
import { ROWS, SHORT_ROWS } from './rows/rows.ts';
import { formatMarkdown, formatTable } from './table.ts';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
/** As a shell counts them: 128 and the number of the signal. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** Progress goes to stderr, so that the table alone can be piped. */
const print = (line: string): void => void process.stderr.write(`${line}\n`);

async function main(): Promise<void> {
  const known = ROWS.map(({ name }) => name);
  const options = readOptions(process.argv.slice(2), { known, preset: SHORT_ROWS });
  if (options.help) return void process.stdout.write(`${USAGE}\n`);
  if (options.list) return list();
  const results = await runRows(options);
  const report = makeReport(results, options.short);
  process.stdout.write(`\n${formatTable(results)}\n\n${report.date}, ${report.machine}\n`);
  if (options.json?.endsWith('.md')) await writeFile(options.json, `${formatMarkdown(results)}\n`);
  else if (options.json !== null) await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`);
  if (results.some(({ verdict }) => verdict === 'failed')) process.exitCode = EXIT_FAILED;
}

function list(): void {
  const width = Math.max(...ROWS.map(({ name }) => name.length));
  for (const { name, title } of ROWS) process.stdout.write(`${name.padEnd(width)}  ${title}\n`);
}

async function runRows({ rows, short, log }: Options): Promise<FaultResult[]> {
  const signal = endOnSignals();
  const file = log === null ? null : createWriteStream(log);
  const results: FaultResult[] = [];
  for (const { name, title, run } of ROWS.filter((row) => rows.includes(row.name))) {
    print(`${name}: ${title}`);
    file?.write(`== ${name}\n`);
    const onLine = (program: string, line: string): void => void file?.write(`${program} ${line}\n`);
    const result = await run({ short, signal, say: (line) => print(`  ${line}`), onLine });
    results.push(result);
    print(`  ${result.verdict}, ${result.seconds.toFixed(1)} s, ${result.interrupted} tries interrupted`);
    for (const problem of result.problems)
      print(`  ${result.verdict === 'skipped' ? 'because' : '!'} ${problem}`);
  }
  file?.end();
  return results;
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
  else if (!stopped) print(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode ??= error instanceof UsageError ? EXIT_USAGE : EXIT_FAILED;
});
