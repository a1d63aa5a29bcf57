/**
 * A bounded folder of events that wait for Redis. It survives `kill -9` and a loss of power; several processes may
 * share it. Each writes segments of its own; one at a time replays its own and what the dead have left.
 */
import { accessSync, constants, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { AcceptedEvent } from '@hooklane/core';
import type { Bound } from '../coalescer.ts';
import { RENEW_MS, dropClaim, dropLock, isOwnerAlive, keepLock, renewClaim, takeLock } from './claim.ts';
import { Merge } from './merge.ts';
import { encodeRecord } from './record.ts';
import { LOCK_FILE, isSpoolFile, newOwner, parseSegmentName, segmentName } from './segment-name.ts';
import type { SegmentName } from './segment-name.ts';
import { SegmentReader } from './segment-reader.ts';
import type { SpoolDamage } from './segment-reader.ts';
import { SegmentWriter } from './segment-writer.ts';
import { spoolFull, spoolUnwritable } from './spool-errors.ts';

/** How to open a spool. */
export interface SpoolOptions {
  /** A folder of its own, on a disk that stays. Made when missing, for this user only. */
  dir: string;
  /** The most that all files of the folder may have, bytes, 64 KiB or more; default 256 MiB. */
  maxBytes?: number | undefined;
  /** Called once for each part of a file that nobody can read. Must not throw. */
  onDamage?: ((damage: SpoolDamage) => void) | undefined;
}

/** How to replay. */
export interface ReplayOptions {
  /** Ends a replay after the batch on its way. */
  signal?: AbortSignal | undefined;
  /** The most in one batch; default 32 events and 256 KiB. */
  maxBatch?: Partial<Bound> | undefined;
  /** The first batch has one event only: for a receiver that may still be away. */
  probe?: boolean | undefined;
}

/** What a replay did. */
export interface ReplayResult {
  /** Events that were sent, repeats included. */
  sent: number;
  /** Another process replays at this moment; nothing was done. */
  isBusy: boolean;
}

/** What lies in the folder. */
export interface SpoolSize {
  /** Bytes of all files, as `maxBytes` counts them. */
  bytes: number;
  /** Segments that wait, of all processes. */
  segments: number;
  /** Those of them that belong to other living processes, which replay them themselves. */
  heldByOthers: number;
}

/** An open spool. */
export interface Spool {
  readonly dir: string;
  /**
   * Resolves when the events are on the disk: all of them or, when it rejects, none. Order of calls is order of
   * replay. Appends of the same moment share one fdatasync.
   *
   * Rejects with a `HooklaneError`: `spool_full` over the bound, `spool_unwritable` when the disk refuses.
   */
  append(events: AcceptedEvent | readonly AcceptedEvent[]): Promise<void>;
  /**
   * Hands the events that are there to `send`, one batch at a time, the oldest first: those of this spool and those
   * that dead processes left. What is appended meanwhile is for the next replay. What `send` resolved for is removed; where it rejects, replay rejects with the same error, and
   * the next one begins with that batch. After a crash a batch may be sent twice: send by event id.
   */
  replay(send: (batch: AcceptedEvent[]) => Promise<void>, options?: ReplayOptions): Promise<ReplayResult>;
  /** Looks into the folder. */
  size(): Promise<SpoolSize>;
  /** Nothing waits here: neither of this spool nor, as far as it knows, of dead processes. */
  isEmpty(): boolean;
  /** Waits for appends and a replay that run, and leaves what waits to the next process. May be called twice. */
  close(): Promise<void>;
}

/** The default of `maxBytes`. */
const MAX_BYTES = 256 * 1024 * 1024;
const MIN_BYTES = 64 * 1024;
const MAX_SEGMENT_BYTES = 4 * 1024 * 1024;
const MAX_BATCH: Bound = { events: 32, bytes: 256 * 1024 };
/** Room for a head, a claim and a lock, bytes. */
const RESERVE_BYTES = 512;
/** The bytes that others write are looked up at most so often while there is room, ms. */
const LOOK_EVERY_MS = 1000;

/** Opens a spool. Throws `spool_unwritable` when the folder cannot be made or written; RangeError for a tiny bound. */
export function openSpool(options: SpoolOptions): Spool {
  return new FolderSpool(options);
}

class FolderSpool implements Spool {
  readonly dir: string;
  readonly #maxBytes: number;
  readonly #onDamage: (damage: SpoolDamage) => void;
  readonly #owner = newOwner();
  readonly #writer: SegmentWriter;
  readonly #told = new Set<string>();
  #used = 0;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #hasLeftovers: boolean;
  #heart: NodeJS.Timeout | undefined;
  #replaying: Promise<ReplayResult> | undefined;
  #closing: Promise<void> | undefined;

  constructor({ dir, maxBytes = MAX_BYTES, onDamage = () => {} }: SpoolOptions) {
    if (!Number.isInteger(maxBytes) || maxBytes < MIN_BYTES) {
      throw new RangeError(
        `maxBytes of a spool is a whole number from ${MIN_BYTES}; this one is ${maxBytes}.`,
      );
    }
    this.dir = resolve(dir);
    this.#maxBytes = maxBytes;
    this.#onDamage = onDamage;
    this.#writer = new SegmentWriter({
      dir: this.dir,
      owner: this.#owner,
      // A part of the bound, so that replay makes room long before it has replayed all.
      segmentBytes: Math.min(MAX_SEGMENT_BYTES, Math.ceil(maxBytes / 16)),
      prepare: () => {
        this.#claim();
      },
      refuse: (bytes) => this.#refuse(bytes),
      written: (bytes) => {
        this.#used += bytes;
      },
      failure: (cause) => spoolUnwritable(this.dir, cause),
    });
    makeFolder(this.dir);
    this.#hasLeftovers = this.#list().some(this.#isLeftover());
  }

  async append(events: AcceptedEvent | readonly AcceptedEvent[]): Promise<void> {
    const list = Array.isArray(events) ? (events as readonly AcceptedEvent[]) : [events as AcceptedEvent];
    const [first] = list;
    if (first === undefined) return;
    if (this.#closing !== undefined) throw spoolUnwritable(this.dir, new Error('the spool was closed'));
    const bytes = Buffer.concat(list.map(encodeRecord));
    // What waits for the disk is bounded as well.
    const refusal = this.#writer.pendingBytes + bytes.length > this.#maxBytes;
    if (refusal) throw this.#full(this.#writer.pendingBytes, bytes.length);
    const lastTime = Math.max(...list.map((event) => event.acceptedAt));
    await this.#writer.add({ bytes, time: first.acceptedAt, lastTime });
  }

  replay(
    send: (batch: AcceptedEvent[]) => Promise<void>,
    options: ReplayOptions = {},
  ): Promise<ReplayResult> {
    if (this.#closing !== undefined) return Promise.resolve({ sent: 0, isBusy: false });
    if (this.#replaying !== undefined) return Promise.resolve({ sent: 0, isBusy: true });
    this.#replaying = this.#replay(send, options).finally(() => {
      this.#replaying = undefined;
    });
    return this.#replaying;
  }

  async #replay(
    send: (batch: AcceptedEvent[]) => Promise<void>,
    options: ReplayOptions,
  ): Promise<ReplayResult> {
    if (!(await this.#onDisk(() => takeLock(this.dir, this.#owner)))) return { sent: 0, isBusy: true };
    try {
      const merge = await this.#onDisk(() => this.#gather());
      return { sent: await this.#sendAll(merge, send, options), isBusy: false };
    } finally {
      dropLock(this.dir, this.#owner);
    }
  }

  async #sendAll(
    merge: Merge,
    send: (batch: AcceptedEvent[]) => Promise<void>,
    { signal, maxBatch, probe }: ReplayOptions,
  ): Promise<number> {
    const bound = { ...MAX_BATCH, ...maxBatch };
    for (let sent = 0; ;) {
      if (signal?.aborted === true) return sent;
      const isProbe = probe === true && sent === 0;
      const batch = await this.#onDisk(() => merge.take(isProbe ? { ...bound, events: 1 } : bound));
      if (batch.length > 0) await send(batch);
      sent += batch.length;
      for (const file of await this.#onDisk(() => merge.commit())) this.#writer.segments.delete(file);
      // Who was taken for dead and replaced stops.
      if (batch.length === 0 || !keepLock(this.dir, this.#owner)) return sent;
    }
  }

  /** All that this spool may replay: its own, ended, and what dead processes left, which becomes its own. */
  async #gather(): Promise<Merge> {
    await this.#writer.seal();
    const isLeftover = this.#isLeftover();
    for (const segment of this.#list()) if (isLeftover(segment)) this.#adopt(segment);
    this.#hasLeftovers = false;
    this.#forgetTheDead();
    const own = this.#list().filter((segment) => segment.owner === this.#owner);
    // Entries may have begun a new segment meanwhile: it is the next round's.
    const ended = own.filter((segment) => segment.file !== this.#writer.growingFile);
    this.#forgetTaken(own);
    return new Merge(ended.map((segment) => new SegmentReader(this.dir, segment, this.#tell)));
  }

  #adopt(segment: SegmentName): void {
    this.#claim();
    const own = segmentName({ ...segment, owner: this.#owner });
    try {
      renameSync(join(this.dir, segment.file), join(this.dir, own.file));
      this.#writer.segments.add(own.file);
    } catch (error) {
      // Somebody else was faster.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }

  /** Segments that another process took from us, because it took us for dead. */
  #forgetTaken(own: readonly SegmentName[]): void {
    const there = new Set(own.map((segment) => segment.file));
    for (const file of this.#writer.segments) {
      if (!there.has(file) && file !== this.#writer.growingFile) this.#writer.segments.delete(file);
    }
  }

  /** Claims of dead spools, and locks that were moved aside. */
  #forgetTheDead(): void {
    for (const file of this.#files()) {
      const [, owner] = /^(\w+)\.(?:spool|lock)$/.exec(file) ?? [];
      if (owner === undefined || file === LOCK_FILE || isOwnerAlive(this.dir, owner)) continue;
      rmSync(join(this.dir, file), { force: true });
    }
  }

  size(): Promise<SpoolSize> {
    const segments = this.#list();
    const isLeftover = this.#isLeftover();
    const others = segments.filter((segment) => segment.owner !== this.#owner && !isLeftover(segment));
    const size = { bytes: this.#look(), segments: segments.length, heldByOthers: others.length };
    return Promise.resolve(size);
  }

  isEmpty(): boolean {
    return !this.#hasLeftovers && this.#writer.pendingBytes === 0 && this.#writer.segments.size === 0;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#replaying?.catch(() => {});
    await this.#writer.drain();
    await this.#writer.seal();
    clearInterval(this.#heart);
    dropClaim(this.dir, this.#owner);
  }

  /** Says that this spool lives, from now on. */
  #claim(): void {
    if (this.#heart !== undefined) return;
    renewClaim(this.dir, this.#owner);
    this.#heart = setInterval(() => {
      try {
        renewClaim(this.dir, this.#owner);
      } catch {
        // Without a claim others may replay what is here: that costs order at most.
      }
    }, RENEW_MS).unref();
  }

  #refuse(bytes: number): Error | null {
    const isFull = (): boolean => this.#used + bytes + RESERVE_BYTES > this.#maxBytes;
    if (isFull() || performance.now() - this.#lookedAt > LOOK_EVERY_MS) this.#look();
    if (isFull()) return this.#full(this.#used, bytes);
    return null;
  }

  #full(used: number, wanted: number): Error {
    return spoolFull(this.dir, { used, maxBytes: this.#maxBytes, wanted });
  }

  /** Adds the files up. */
  #look(): number {
    this.#used = 0;
    for (const file of this.#files()) if (isSpoolFile(file)) this.#used += bytesOf(join(this.dir, file));
    this.#lookedAt = performance.now();
    return this.#used;
  }

  /** None when the folder is gone; the next write says so. */
  #files(): string[] {
    try {
      return readdirSync(this.dir);
    } catch {
      return [];
    }
  }

  async #onDisk<T>(work: () => T | Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw spoolUnwritable(this.dir, error);
    }
  }

  #list(): SegmentName[] {
    return this.#files()
      .map(parseSegmentName)
      .filter((segment) => segment !== null);
  }

  /** Asks for each owner once. */
  #isLeftover(): (segment: SegmentName) => boolean {
    const isAlive = new Map([[this.#owner, true]]);
    return ({ owner }) => {
      if (!isAlive.has(owner)) isAlive.set(owner, isOwnerAlive(this.dir, owner));
      return isAlive.get(owner) === false;
    };
  }

  readonly #tell = (damage: SpoolDamage): void => {
    const key = `${damage.segment.split('.', 1)[0]} ${damage.offset}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.#onDamage(damage);
  };
}

function makeFolder(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw spoolUnwritable(dir, error);
  }
}

function bytesOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
