/**
 * What sick webhooks cost the healthy ones: `pnpm bench:neighbours`. The same steady load twice, once with all receivers
 * healthy, once with a tenth that hangs and a tenth that refuses; told is the time from emit to receipt of the healthy ones.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Figures, measureNeighbours } from './measure.ts';

const USAGE = `pnpm bench:neighbours [options]

  --webhooks N   10 to 2,000 (default 1000); a tenth hangs, a tenth refuses
  --rate N       events per second, 1 to 20,000 (default 400; half of what the machine delivers is a good choice)
  --seconds N    of load, 2 to 600 (default 60); the first third is not counted: lanes have to turn out sick first
  --help         this text
`;

interface Options {
  webhooks: number;
  rate: number;
  seconds: number;
}

function readOptions(args: string[]): Options | null {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args,
    options: { webhooks: text, rate: text, seconds: text, help: { type: 'boolean' } },
  });
  if (values.help === true) return null;
  return {
    webhooks: whole('--webhooks', values.webhooks ?? '1000', [10, 2000]),
    rate: whole('--rate', values.rate ?? '400', [1, 20_000]),
    seconds: whole('--seconds', values.seconds ?? '60', [2, 600]),
  };
}

function whole(name: string, text: string, [min, max]: readonly [number, number]): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new RangeError(`${name} must be a whole number from ${min} to ${max}; this one is "${text}".`);
}

function line(name: string, { p50, p99, received, missing }: Figures): string {
  const cells = [`${p50.toFixed(1)} ms`, `${p99.toFixed(1)} ms`, String(received), String(missing)];
  return name.padEnd(16) + cells.map((cell) => cell.padStart(12)).join('');
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === null) {
    process.stdout.write(USAGE);
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'hooklane-neighbours-'));
  try {
    const say = (text: string) => process.stdout.write(`${text}\n`);
    const sick = Math.floor(options.webhooks / 10);
    say(`${options.webhooks} webhooks, ${options.rate} events/s for ${options.seconds} s, one worker`);
    say(' '.repeat(16) + ['p50', 'p99', 'received', 'missing'].map((cell) => cell.padStart(12)).join(''));
    const without = await measureNeighbours({ ...options, folder, hanging: 0, refusing: 0 });
    say(line('all healthy', without));
    const beside = await measureNeighbours({ ...options, folder, hanging: sick, refusing: sick });
    say(line('a fifth sick', beside));
    say(`p99 beside sick ones / without: ${(beside.p99 / without.p99).toFixed(2)}`);
    if (without.missing + beside.missing > 0) process.exitCode = 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

await main();
