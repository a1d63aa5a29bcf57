/**
 * Does a worker's memory stay flat? `pnpm bench:soak`: one real worker delivers very much to very many origins, and is
 * watched from outside, once a second.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runMain } from '@hooklane/local';
import { orUsageError, whole } from '../read-flags.ts';
import { startReceiver } from '../receiver/receiver.ts';
import { soakReport } from './soak-report.ts';
import { soak } from './soak.ts';
import type { Sample } from './worker-sample.ts';

const USAGE = `pnpm bench:soak [options]

  --deliveries N  1,000 to 20,000,000 (default 1000000)
  --origins N     5 to 10,000 (default 5000); as many webhooks
  --minutes N     after which no more is emitted, 1 to 240 (default 30)
  --help          this text

Exit code 1 when memory grew, when a delivery is missing, or when the time was over before all were emitted.
Only on Linux: all of 127.0.0.0/8 must be this machine, and /proc tell of its processes.
`;

interface Options {
  deliveries: number;
  origins: number;
  minutes: number;
}

function readOptions(args: string[]): Options | null {
  const text = { type: 'string' } as const;
  const options = { deliveries: text, origins: text, minutes: text, help: { type: 'boolean' } } as const;
  const values = orUsageError(() => parseArgs({ args, options }).values);
  if (values.help === true) return null;
  return {
    deliveries: whole('--deliveries', values.deliveries ?? '1000000', [1000, 20_000_000]),
    origins: whole('--origins', values.origins ?? '5000', [5, 10_000]),
    minutes: whole('--minutes', values.minutes ?? '30', [1, 240]),
  };
}

const PROGRESS_EVERY = 10;

/** A line for every tenth sample. */
function createProgress(deliveries: number): (sample: Sample) => void {
  let samples = 0;
  return ({ received, rssBytes, sockets }) => {
    samples += 1;
    if (samples % PROGRESS_EVERY !== 1) return;
    const share = Math.floor((received / deliveries) * 100);
    const mib = Math.round(rssBytes / 2 ** 20);
    process.stderr.write(
      `${String(share).padStart(3)} %  ${received.toLocaleString('en-US').padStart(10)} received, ` +
        `${mib} MiB, ${sockets.toLocaleString('en-US')} sockets\n`,
    );
  };
}

async function main(signal: AbortSignal): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === null) {
    process.stdout.write(USAGE);
    return;
  }
  const { deliveries, origins, minutes } = options;
  const folder = await mkdtemp(join(tmpdir(), 'hooklane-soak-'));
  try {
    await using receiver = await startReceiver(null, { host: '0.0.0.0' });
    const onProgress = createProgress(deliveries);
    const task = { folder, deliveries, origins, timeoutMs: minutes * 60_000, signal, onProgress };
    const result = await soak(task, receiver);
    const { text, isGood } = soakReport({ deliveries, origins }, result);
    process.stdout.write(text);
    if (!isGood) process.exitCode = 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

await runMain({ main, usage: USAGE, print: (text) => void process.stderr.write(`${text}\n`) });
