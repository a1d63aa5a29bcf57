/**
 * `pnpm bench:simulate`: takes the costs from a result of `pnpm bench --all --json`, shows how well the simulation repeats that
 * result, and goes beyond the machine.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { runMain } from '@hooklane/local';
import { lineChart } from '../chart/line-chart.ts';
import { orUsageError } from '../read-flags.ts';
import { latencySummary } from '../statistics.ts';
import { MOST_BUSY, memoryFor, needFor, steadyLoad } from './capacity.ts';
import { costsFrom, shareOfCore } from './costs.ts';
import type { Costs } from './steps.ts';
import { MEASURED_FILE, readMeasured } from './measured.ts';
import type { Measured } from './measured.ts';
import { comparePoints } from './points.ts';
import { publish } from './publish.ts';

const USAGE = `pnpm bench:simulate [options]

  --result FILE  take the costs from this result of "pnpm bench --all --json FILE"; else from the recorded one
  --record       keep that result, against which the tests hold the simulation, and write it into docs/benchmark.md and
                 docs/capacity.md with their pictures
  --svg FILE     draw the curve of latency over load there
  --help         this text
`;

const LOADS = [1000, 10_000, 100_000];
const DAYS = 7;
const SHARE_DOWN = 0.01;
const GIB = 2 ** 30;
const said: string[] = [];
const say = (text: string): void => {
  said.push(text);
  process.stdout.write(`${text}\n`);
};

async function main(): Promise<void> {
  const { result, record, svg, help } = readOptions();
  if (help === true) return say(USAGE);
  const measured = await take(result);
  const { costs } = measured;
  showPoints(measured);
  showCosts(costs);
  showNeeds(measured);
  if (svg !== undefined) await writeFile(svg, drawCurves(costs));
  if (record !== true) return;
  await publish(measured, { text: said.join('\n'), svg: drawCurves(costs) });
}

async function take(file: string | undefined): Promise<Measured> {
  const recorded = await readMeasured(MEASURED_FILE);
  if (file === undefined) return recorded;
  const { rows, machine, date, commit, versions } = await readMeasured(file);
  process.stderr.write('Fitting the costs to the result; that takes about a minute.\n');
  const costs = costsFrom(rows, machine.cores);
  return { rows, machine, date, commit, versions, memory: recorded.memory, costs };
}

function readOptions() {
  const [text, flag] = [{ type: 'string' }, { type: 'boolean' }] as const;
  return orUsageError(
    () => parseArgs({ options: { result: text, record: flag, svg: text, help: flag } }).values,
  );
}

function showPoints(measured: Measured): void {
  say(`Measured ${measured.date.slice(0, 10)} on ${measured.machine.cores} cores (${measured.machine.cpu});`);
  say(`other work left ${(shareOfCore(measured.rows) * 100).toFixed(0)} % of each core.\n`);
  say(row(['', 'measured', 'simulated', 'ratio', '']));
  for (const point of comparePoints(measured, measured.costs)) {
    const cells = [point.measured, point.simulated].map((value) =>
      value.toFixed(point.unit === 'ms' ? 1 : 0),
    );
    const note = `  ${point.unit.padEnd(12)}${point.isFitted ? '  (fitted)' : ''}`;
    say(row([point.name, ...cells, (point.simulated / point.measured).toFixed(2), note]));
  }
}

function showCosts({ worker, redis, receiver }: Costs): void {
  say(`\n${row(['processor time, µs', 'job', 'wake', 'event', 'delivery'])}`);
  for (const [name, { job, wake, event, delivery }] of Object.entries({ worker, redis }))
    say(row([name, ...[job, wake, event, delivery].map((micros) => micros.toFixed(0))]));
  say(row(['receiver of the benchmark', '', '', '', receiver.toFixed(0)]));
}

function showNeeds({ costs, memory }: Measured): void {
  say(
    `\nFan-out 10, each webhook once a second, a core for each process, at most ${MOST_BUSY * 100} % busy:`,
  );
  say(
    row(['deliveries/s', 'workers', 'Redis', 'p50', 'p99', 'µs worker', 'µs Redis', 'GiB kept', 'GiB owed']),
  );
  for (const load of LOADS) {
    const need = needFor(costs, load);
    const { kept, owed } = memoryFor(memory, { deliveriesPerSec: load, days: DAYS, share: SHARE_DOWN });
    const numbers = [need.workers, need.shards].map(String);
    const values = [need.p50, need.p99, need.workerCpu, need.redisCpu, kept / GIB, owed / GIB];
    say(row([load.toLocaleString('en-US'), ...numbers, ...values.map((value) => value.toFixed(1))]));
  }
  say(
    `Kept: events and logs of ${DAYS} days. Owed: beside, when ${SHARE_DOWN * 100} % of the endpoints are down for a day.`,
  );
}

/** Each curve ends where the queue begins to grow without end. */
function drawCurves(costs: Costs): string {
  const curves = [1, 2, 4, 8].map((workers) => {
    const points = [];
    for (let load = 125; load <= 64_000; load *= 1.3) {
      const deliveriesPerSec = Math.round(load);
      const outcome = steadyLoad(costs, deliveriesPerSec, workers);
      if (outcome.deliveriesPerSec < deliveriesPerSec * 0.95) break;
      points.push([deliveriesPerSec, latencySummary(outcome.latencies).p99] as const);
    }
    return { name: `${workers} worker${workers === 1 ? '' : 's'}`, points };
  });
  return lineChart({
    title: 'Simulated: one Redis, each process on a core of its own',
    description: curves
      .map(({ name, points }) => `${name}: up to ${points.at(-1)?.[0] ?? 0} deliveries/s`)
      .join('; '),
    x: { label: 'deliveries per second, fan-out 10', marks: [125, 500, 2000, 8000, 32_000] },
    y: { label: 'ms from emit to receipt, p99', marks: [1, 3, 10, 30, 100, 300, 1000] },
    curves,
  });
}

function row(cells: readonly string[]): string {
  const [name = '', ...others] = cells;
  return (name.padEnd(46) + others.map((cell) => cell.padStart(11)).join('')).trimEnd();
}

await runMain({ main, usage: USAGE, print: (text) => void process.stderr.write(`${text}\n`) });
