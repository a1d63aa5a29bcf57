/**
 * Who lives and who replays, said by small files that are kept fresh. A mistake (a process that stood still for a
 * minute, two containers that share a host name but not their processes) costs order, never an event: a writer
 * notices that its segment was taken, and repeats are harmless by event id.
 */
import {
  lstatSync,
  lutimesSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { LOCK_FILE, claimFile, newOwner } from './segment-name.ts';

/** How often a claim is renewed, ms. */
export const RENEW_MS = 10_000;
/** A claim that was not renewed for so long is void, ms. */
const STALE_MS = 60_000;

/** Of a claim: `<owner> <pid> <host>`. */
const CLAIM = /^(\w+) (\d+) (.*)$/;

/** Says that `owner` lives, or says it again. Throws what the file system throws. */
export function renewClaim(dir: string, owner: string): void {
  renew(join(dir, claimFile(owner)), owner);
}

/** Takes the claim back: what the owner leaves may be replayed by others at once. */
export function dropClaim(dir: string, owner: string): void {
  rmSync(join(dir, claimFile(owner)), { force: true });
}

/** Whether the owner lives. */
export function isOwnerAlive(dir: string, owner: string): boolean {
  return isFresh(join(dir, claimFile(owner)));
}

/** Takes the right to replay; false while a living spool has it. Throws what the file system throws. */
export function takeLock(dir: string, owner: string): boolean {
  const path = join(dir, LOCK_FILE);
  if (create(path, owner)) return true;
  const holder = read(path);
  if (holder?.owner === owner) return true;
  if (isFresh(path)) return false;
  // Of those who see a stale lock one moves it away. One who moved a new lock instead notices it and lets go.
  const aside = join(dir, `${newOwner()}.lock`);
  try {
    renameSync(path, aside);
  } catch {
    return false;
  }
  const moved = read(aside);
  rmSync(aside, { force: true });
  return moved?.owner === holder?.owner && create(path, owner);
}

/** Whether the right to replay is still ours; renews it. */
export function keepLock(dir: string, owner: string): boolean {
  const path = join(dir, LOCK_FILE);
  if (read(path)?.owner !== owner) return false;
  touch(path);
  return true;
}

/** Gives the right to replay back. */
export function dropLock(dir: string, owner: string): void {
  const path = join(dir, LOCK_FILE);
  if (read(path)?.owner === owner) rmSync(path, { force: true });
}

function renew(path: string, owner: string): void {
  if (!touch(path)) create(path, owner);
}

/**
 * A symbolic link that leads nowhere: it comes into being with its text in one step, and on a disk without room, where
 * a replay is what makes room. Where links are forbidden it is a file.
 */
function create(path: string, owner: string): boolean {
  const text = `${owner} ${process.pid} ${hostname()}`;
  try {
    symlinkSync(text, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (code !== 'EPERM') throw error;
  }
  return createFile(path, text);
}

function createFile(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function touch(path: string): boolean {
  const now = new Date();
  try {
    lutimesSync(path, now, now);
    return true;
  } catch {
    return false;
  }
}

/** A file that cannot be read yet is being written at this moment, or was left half-written: then its age decides. */
function isFresh(path: string): boolean {
  const age = ageOf(path);
  if (age === null || age > STALE_MS) return false;
  const claim = read(path);
  return claim === null || claim.host !== hostname() || isProcess(claim.pid);
}

function ageOf(path: string): number | null {
  try {
    return Date.now() - lstatSync(path).mtimeMs;
  } catch {
    return null;
  }
}

function read(path: string): { owner: string; pid: number; host: string } | null {
  const [, owner, pid, host] = CLAIM.exec(readText(path)) ?? [];
  return owner === undefined || host === undefined ? null : { owner, pid: Number(pid), host };
}

function readText(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    // It is a file, or gone.
  }
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function isProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
