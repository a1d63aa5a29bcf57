/** `pnpm bench`: what Hooklane delivers per second, beside the usual way and beside what the machine can do at all. */
import { writeFile } from 'node:fs/promises';
import { UsageError, runMain } from '@hooklane/local';
import { throughputChart } from './chart/throughput-chart.ts';
import { USAGE, readOptions } from './options.ts';
import type { Options } from './options.ts';
import { makeReport, resultRows } from './report.ts';
import type { Row } from './rows/row.ts';
import { chooseRows, rowNames } from './rows/rows.ts';
import { runRounds } from './run-rounds.ts';
import { formatResult } from './table.ts';

/** Progress goes to stderr, so that the table alone can be piped. */
const print = (line: string): void => void process.stderr.write(`${line}\n`);

async function main(signal: AbortSignal): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) return void process.stdout.write(`${USAGE}\n`);
  const rows = chooseRows(options);
  if (rows.length === 0) throw new UsageError(`--rows matches none of: ${rowNames().join(', ')}`);
  await bench(options, rows, signal);
}

async function bench(options: Options, rows: readonly Row[], signal: AbortSignal): Promise<void> {
  const { measured, redisVersion } = await runRounds(options, { rows, signal, print });
  const report = makeReport(resultRows(measured), redisVersion);
  process.stdout.write(`\n${formatResult(measured, report.rows)}\n`);
  if (options.svg !== null) await writeFile(options.svg, throughputChart(report));
  if (options.json !== null) await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`);
}

await runMain({ main, usage: USAGE, print });
