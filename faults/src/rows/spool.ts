/** What happens to the spool of a producer. */
import { execFile } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '@hooklane/testkit';
import type { TestRedis } from '@hooklane/testkit';
import type { Fault } from '../kit/fault.ts';
import { startPlainRedis } from './plain-redis.ts';

const run = promisify(execFile);

/** A Redis, and a small disk for the spool. */
interface RedisAndDisk extends TestRedis {
  disk: string;
}

/** A file system of 2 MiB in memory: it is full as a disk is full. Needs the right to mount. */
async function mountSmallDisk(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hooklane-disk-'));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder]);
  } catch (error) {
    await rm(folder, { recursive: true });
    throw error;
  }
  return folder;
}

async function unmount(folder: string): Promise<void> {
  await run('umount', [folder]);
  await rm(folder, { recursive: true });
}

/** Writes until there is no room. */
async function fill(file: string): Promise<void> {
  const handle = await open(file, 'w');
  try {
    for (const bytes of [64 * 1024, 512, 1]) {
      const chunk = Buffer.alloc(bytes, 1);
      await writeUntilFull(() => handle.write(chunk));
    }
  } finally {
    await handle.close();
  }
}

async function writeUntilFull(write: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await write();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return;
      throw error;
    }
  }
}

/** The row `spool-disk-full`. */
export const SPOOL_DISK_FULL: Fault<RedisAndDisk> = {
  name: 'spool-disk-full',
  title: 'Redis away and the disk of the spool full for 3 s; then room, then Redis again',
  repeats: null,
  async missing() {
    try {
      await unmount(await mountSmallDisk());
      return null;
    } catch (error) {
      return `a small file system cannot be mounted here: ${(error as Error).message.trim()}`;
    }
  },
  async startRedis() {
    const redis = await startPlainRedis();
    const disk = await mountSmallDisk();
    return {
      ...redis,
      disk,
      async stop() {
        await redis.stop();
        await unmount(disk);
      },
    };
  },
  spoolFolder: ({ disk }) => join(disk, 'spool'),
  async inject({ redis, ledger, mended }, { pause, say }) {
    await redis.kill9();
    const spooledFrom = ledger.accepted;
    await pause(2000);
    say(`${ledger.accepted - spooledFrom} events were spooled`);
    const filler = join(redis.disk, 'filler');
    await fill(filler);
    const before = ledger.refused;
    await pause(3000);
    say(`${ledger.refused - before} emits were refused with the disk full`);
    if (ledger.refused === before) throw new Error('The disk was full, and nothing was refused.');
    await rm(filler);
    const accepted = ledger.accepted;
    await eventually(
      () => {
        if (ledger.accepted <= accepted) throw new Error('Nothing is spooled.');
      },
      { timeoutMs: 10_000, describe: 'a spool that goes on once there is room' },
    );
    await redis.restart();
    mended();
  },
};
