/** One launcher for one data folder: two servers that append to the same files would ruin them. */
import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HooklaneError } from '@hooklane/core';
import { isAlive } from './process-signals.ts';
import { isServerAlive, stopServer } from './recorded-server.ts';
import type { RecordedServer } from './recorded-server.ts';

/** A folder that is ours until it is released. */
export interface FolderClaim {
  /** Notes the server that uses the folder, for whoever comes after a crash. */
  record(server: RecordedServer): Promise<void>;
  release(): Promise<void>;
}

/** The file of a claim. */
interface ClaimRecord {
  /** The process that launched the server. */
  owner: number;
  claimedAt: number;
  /** null until it is started. */
  server: RecordedServer | null;
}

const CLAIM_FILE = 'in-use.json';

/** Between claim and start of a server lies at most this, ms; the download of an image is the longest. */
const STARTING_MS = 10 * 60_000;

/** How often an abandoned claim is cleared before we give up. */
const MAX_ROUNDS = 5;

/**
 * Claims a data folder (made when it is not there). The server of a launcher that was killed is stopped first, so that
 * its data is written. Rejects with `redis_unavailable` when a living launcher uses the folder.
 */
export async function claimFolder(dir: string): Promise<FolderClaim> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const file = join(dir, CLAIM_FILE);
  const own: ClaimRecord = { owner: process.pid, claimedAt: Date.now(), server: null };
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    if (await createFile(file, own)) return claimOf(file, own);
    const text = await readFile(file, 'utf8').catch(() => null);
    if (text === null) continue;
    const other = parseRecord(text);
    if (other !== null) await passOrRefuse(dir, other);
    await removeIfSame(file, text);
  }
  throw inUse(dir, 'another start keeps taking it');
}

function claimOf(file: string, own: ClaimRecord): FolderClaim {
  return {
    record: async (server) => {
      const draft = draftOf(file);
      await writeFile(draft, JSON.stringify({ ...own, server }), { mode: 0o600 });
      await rename(draft, file);
    },
    release: () => unlink(file).catch(() => undefined),
  };
}

/** Returns when the claim is abandoned and its server has ended. */
async function passOrRefuse(dir: string, other: ClaimRecord): Promise<void> {
  const owned = isAlive(other.owner);
  if (other.server === null) {
    if (owned && Date.now() - other.claimedAt < STARTING_MS) {
      throw inUse(dir, `process ${other.owner} is just starting there`);
    }
    return;
  }
  if (!(await isServerAlive(other.server))) return;
  if (owned) throw inUse(dir, `it belongs to a start that is still up (process ${other.owner})`);
  await stopServer(other.server);
}

/** Whole or not at all, and never over another one. */
async function createFile(file: string, record: ClaimRecord): Promise<boolean> {
  const draft = draftOf(file);
  await writeFile(draft, JSON.stringify(record), { mode: 0o600 });
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'EEXIST')
      return false;
    throw error;
  } finally {
    await unlink(draft);
  }
}

/** Another launcher may have cleared and claimed meanwhile: then its claim is put back. */
async function removeIfSame(file: string, text: string): Promise<void> {
  const aside = draftOf(file);
  try {
    await rename(file, aside);
  } catch {
    return;
  }
  if ((await readFile(aside, 'utf8')) !== text) await link(aside, file).catch(() => undefined);
  await unlink(aside);
}

function draftOf(file: string): string {
  return `${file}.${process.pid}-${randomBytes(4).toString('hex')}`;
}

function parseRecord(text: string): ClaimRecord | null {
  try {
    const record = JSON.parse(text) as ClaimRecord;
    return Number.isSafeInteger(record.owner) && record.owner > 0 ? record : null;
  } catch {
    return null;
  }
}

function inUse(dir: string, why: string): HooklaneError {
  return new HooklaneError('redis_unavailable', {
    detail:
      `The data folder ${dir} is in use: ${why}. ` +
      'Stop that one first, or give this one its own folder with HOOKLANE_DATA_DIR.',
  });
}
