/**
 * What sick webhooks cost the healthy ones: `pnpm bench:neighbours`. The same steady load twice, once with all receivers
 * healthy, once with a tenth that hangs and a tenth that refuses; told is the time from emit to receipt of the healthy ones.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runMain } from '@hooklane/local';
import { orUsageError, whole } from '../read-flags.ts';
import { startReceiver } from '../receiver/receiver.ts';
import { measureNeighbours } from './measure.ts';
import type { Figures, Load, Phase } from './measure.ts';
import { startSickReceivers } from './sick-receivers.ts';

const USAGE = `pnpm bench:neighbours [options]

  --webhooks N   10 to 2,000 (default 1000); a tenth hangs, a tenth refuses
  --rate N       events per second, 1 to 20,000 (default 400; half of what the machine delivers is a good choice)
  --seconds N    of load, 2 to 600 (default 60)
  --help         this text
`;

interface Options {
  webhooks: number;
  rate: number;
  seconds: number;
}

function readOptions(args: string[]): Options | null {
  const text = { type: 'string' } as const;
  const options = { webhooks: text, rate: text, seconds: text, help: { type: 'boolean' } } as const;
  const values = orUsageError(() => parseArgs({ args, options }).values);
  if (values.help === true) return null;
  return {
    webhooks: whole('--webhooks', values.webhooks ?? '1000', [10, 2000]),
    rate: whole('--rate', values.rate ?? '400', [1, 20_000]),
    seconds: whole('--seconds', values.seconds ?? '60', [2, 600]),
  };
}

const HEADINGS = ['p50', 'p95', 'p99', 'max', 'received', 'missing'];

function line(name: string, phase: Phase): string {
  const times = [phase.p50, phase.p95, phase.p99, phase.max].map((ms) => `${ms.toFixed(1)} ms`);
  return name.padEnd(22) + cells([...times, String(phase.received), String(phase.missing)]);
}

function cells(texts: readonly string[]): string {
  return texts.map((text) => text.padStart(12)).join('');
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);

function show(name: string, { start, steady, tenths, commandsPerSec }: Figures): void {
  say(line(`${name}, start`, start));
  say(line(`${name}, steady`, steady));
  say(`  p99 of each tenth of the load, ms: ${tenths.map((ms) => ms.toFixed(0)).join(' ')}`);
  say(`  Redis: ${Math.round(commandsPerSec).toLocaleString('en-US')} commands/s`);
}

async function main(signal: AbortSignal): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === null) {
    process.stdout.write(USAGE);
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'hooklane-neighbours-'));
  try {
    await compare({ ...options, folder, signal });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function compare(load: Omit<Load, 'hanging' | 'refusing'>): Promise<void> {
  await using healthy = await startReceiver(null);
  await using sick = await startSickReceivers();
  const count = Math.floor(load.webhooks / 10);
  say(`${load.webhooks} webhooks, ${load.rate} events/s for ${load.seconds} s, one worker`);
  say('From when an event is due to its receipt at a healthy webhook. Start: the first third of the load.');
  say(' '.repeat(22) + cells(HEADINGS));
  const without = await measureNeighbours({ ...load, hanging: 0, refusing: 0 }, { healthy, sick });
  show('all healthy', without);
  const beside = await measureNeighbours({ ...load, hanging: count, refusing: count }, { healthy, sick });
  show('a fifth sick', beside);
  const ratio = (phase: 'start' | 'steady'): string => (beside[phase].p99 / without[phase].p99).toFixed(2);
  say(`p99 beside sick ones / without: start ${ratio('start')}, steady ${ratio('steady')}`);
  const missing = [without, beside].reduce(
    (sum, { start, steady }) => sum + start.missing + steady.missing,
    0,
  );
  if (missing > 0) process.exitCode = 1;
}

await runMain({ main, usage: USAGE, print: (text) => void process.stderr.write(`${text}\n`) });
