/**
 * Makes more shards: `node dist/move-shards.js --to 4`, in the image of the worker, with its settings. Servers and workers
 * are stopped before; producers may go on. Whatever stops it, run it again.
 */
import { parseArgs } from 'node:util';
import { HooklaneError, MAX_SHARDS } from '@hooklane/core';
import { connectQueues, openLetterMover } from '@hooklane/queue';
import { readSettings } from '@hooklane/runtime';
import { type MoveProgress, abortMove, connectStore, moveShards } from '@hooklane/store';

const USAGE = `usage: shards --to N [--patience SECONDS]   make N shards out of those that there are (2 to ${MAX_SHARDS})
       shards --abort                       take back a move whose new number does not hold yet
`;

async function main(): Promise<void> {
  const { to, abort, patienceMs } = readArguments();
  const settings = readSettings(process.env);
  const onError = tellOnce(process.stderr);
  const redis = connectStore({ redis: settings.redis, role: 'worker', onError });
  const connection = connectQueues({ redis: settings.redis, role: 'worker', onError });
  const show = progressOn(process.stderr);
  const options = { redis, queues: openLetterMover(connection), onProgress: show.step, patienceMs };
  try {
    const ended = abort ? await abortMove(options) : await moveShards({ ...options, to });
    show.end();
    process.stdout.write(`${sentence(ended, to)}\n`);
  } finally {
    show.end();
    await connection.close();
    redis.disconnect();
  }
}

function sentence(ended: 'moved' | 'unchanged' | 'aborted', to: number): string {
  switch (ended) {
    case 'moved':
      return `Done. Start all servers and workers with HOOKLANE_SHARDS=${to}, then give it to producers.`;
    case 'aborted':
      return 'Taken back. Start the programs with the number that they had.';
    case 'unchanged':
      return 'Nothing to do.';
  }
}

function readArguments(): { to: number; abort: boolean; patienceMs: number } {
  const { values } = parseArgs({
    options: {
      to: { type: 'string' },
      abort: { type: 'boolean', default: false },
      patience: { type: 'string', default: '120' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    process.exit(0);
  }
  const to = wholeNumber('--to', values.to ?? (values.abort ? '2' : ''), [2, MAX_SHARDS]);
  return {
    to,
    abort: values.abort,
    patienceMs: wholeNumber('--patience', values.patience, [1, 3600]) * 1000,
  };
}

function wholeNumber(field: string, text: string, [min, max]: readonly [number, number]): number {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  const detail = `${field} must be a whole number from ${min} to ${max}; this one is "${text}".\n${USAGE}`;
  throw new HooklaneError('invalid_setting', { field, detail });
}

/** A Redis that is away is waited for; why, is told when it changes. */
function tellOnce(stream: NodeJS.WriteStream): (error: Error) => void {
  let told = '';
  return ({ message }) => {
    if (message !== told) stream.write(`Redis: ${message}\n`);
    told = message;
  };
}

const EVERY_MS = 1000;

/** One line that is written over on a terminal; elsewhere a line when the step changes, and one a second at most. */
function progressOn(stream: NodeJS.WriteStream): { step: (progress: MoveProgress) => void; end: () => void } {
  let shownAt = 0;
  let shown = '';
  let isOpen = false;
  return {
    step(progress) {
      const what = `${progress.step} ${progress.shard} ${progress.waitsFor ?? ''}`;
      const now = performance.now();
      if (what === shown && now - shownAt < (stream.isTTY ? EVERY_MS / 10 : EVERY_MS)) return;
      shown = what;
      shownAt = now;
      const line = lineOf(progress);
      stream.write(stream.isTTY ? `\r\u001B[K${line}` : `${line}\n`);
      isOpen = stream.isTTY;
    },
    end() {
      if (isOpen) stream.write('\n');
      isOpen = false;
    },
  };
}

function lineOf({ step, shard, looked, done, waitsFor }: MoveProgress): string {
  if (waitsFor !== undefined) return `waiting for ${waitsFor} to end`;
  return `${step} shard ${shard}: ${looked} keys looked at, ${done} copied or removed in all`;
}

main().catch((error: unknown) => {
  const text =
    error instanceof HooklaneError ? `${error.code}: ${error.message}` : String((error as Error).stack);
  process.stderr.write(`shards: ${text}\n`);
  process.exit(1);
});
