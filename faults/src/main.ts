/** `pnpm faults`: each fault under a steady load, and the ledger afterwards. */
import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { runMain } from '@hooklane/local';
import type { FaultResult } from './kit/fault.ts';
import { USAGE, readOptions } from './options.ts';
import type { Options } from './options.ts';
import type { RunOptions } from './kit/run-fault.ts';
import { makeReport } from './report.ts';
import { RECEIVERS } from './receivers/receivers.ts';
import { runReceivers } from './receivers/run-receivers.ts';
import type { ReceiversResult } from './receivers/run-receivers.ts';
import { ROWS, SHORT_ROWS } from './rows/rows.ts';
import { formatReceivers, formatTable } from './table.ts';

const EXIT_FAILED = 1;

/** Progress goes to stderr, so that the table alone can be piped. */
const print = (line: string): void => void process.stderr.write(`${line}\n`);

async function main(signal: AbortSignal): Promise<void> {
  const known = [...ROWS, ...RECEIVERS].map(({ name }) => name);
  const options = readOptions(process.argv.slice(2), { known, preset: SHORT_ROWS });
  if (options.help) return void process.stdout.write(`${USAGE}\n`);
  if (options.list) return list();
  const context = contextOf(options, signal);
  const results = await runRows(options, context);
  const receivers = await runSick(options, context);
  const report = makeReport({ rows: results, receivers, short: options.short });
  if (results.length > 0) process.stdout.write(`\n${formatTable(results)}\n`);
  if (receivers !== null) process.stdout.write(`\n${formatReceivers(receivers)}\n`);
  process.stdout.write(`\n${report.date}, ${report.machine}\n`);
  if (options.json !== null) await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`);
  if (hasFailed(results, receivers)) process.exitCode = EXIT_FAILED;
}

function hasFailed(results: readonly FaultResult[], receivers: ReceiversResult | null): boolean {
  const all = [...results, ...(receivers?.receivers ?? [])];
  const healthy = receivers?.healthy;
  return (
    all.some(({ verdict }) => verdict === 'failed') ||
    (healthy?.lost ?? 0) + (healthy?.problems.length ?? 0) > 0
  );
}

function list(): void {
  const all = [...ROWS, ...RECEIVERS];
  const width = Math.max(...all.map(({ name }) => name.length));
  for (const { name, title } of all) process.stdout.write(`${name.padEnd(width)}  ${title}\n`);
}

function contextOf({ short, log }: Options, signal: AbortSignal): RunOptions {
  const file = log === null ? null : createWriteStream(log);
  return {
    short,
    signal,
    say: (line) => print(`  ${line}`),
    onLine: (program, line) => void file?.write(`${program} ${line}\n`),
  };
}

async function runRows({ rows }: Options, context: RunOptions): Promise<FaultResult[]> {
  const results: FaultResult[] = [];
  for (const { name, title, run } of ROWS.filter((row) => rows.includes(row.name))) {
    print(`${name}: ${title}`);
    context.onLine?.('==', name);
    const result = await run(context);
    results.push(result);
    print(`  ${result.verdict}, ${result.seconds.toFixed(1)} s, ${result.interrupted} tries interrupted`);
    for (const problem of result.problems)
      print(`  ${result.verdict === 'skipped' ? 'because' : '!'} ${problem}`);
  }
  return results;
}

/** All sick receivers at once: they wait most of the time. */
async function runSick({ rows }: Options, context: RunOptions): Promise<ReceiversResult | null> {
  const sick = RECEIVERS.filter(({ name }) => rows.includes(name));
  if (sick.length === 0) return null;
  print(`${sick.length} sick receivers at once, against one worker with a healthy load`);
  const result = await runReceivers(sick, context);
  for (const { name, problems } of result.receivers)
    for (const problem of problems) print(`  ! ${name}: ${problem}`);
  for (const problem of result.healthy.problems) print(`  ! ${problem}`);
  return result;
}

await runMain({ main, usage: USAGE, print });
