/** The writing end of a spool: events that are appended in the same moment share a write and its fdatasync. */
import { open, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { HEAD_BYTES, encodeHead } from './record.ts';
import { segmentName } from './segment-name.ts';
import type { SegmentName } from './segment-name.ts';

/** Records that are written together or not at all. */
export interface Entry {
  bytes: Buffer;
  /** Of its first event, and the latest of all, ms since the epoch. */
  time: number;
  lastTime: number;
  resolve: () => void;
  reject: (error: Error) => void;
}

/** What a {@link SegmentWriter} needs. */
export interface SegmentWriterOptions {
  dir: string;
  owner: string;
  /** A segment that has this size is followed by a new one. */
  segmentBytes: number;
  /** Runs before the first write into a new segment; what it throws refuses the entries. */
  prepare: () => void;
  /** Whether this many bytes more fit; else the error that refuses an entry. */
  refuse: (bytes: number) => Error | null;
  /** Called with the bytes that were added to the folder. */
  written: (bytes: number) => void;
  /** Says in words what the file system said. */
  failure: (cause: unknown) => Error;
}

interface Active {
  name: SegmentName;
  file: FileHandle;
  size: number;
}

/** How often a write is repeated because another process has taken the segment. Once is already strange. */
const MAX_TAKEN = 3;

/** Appends to segments, one write at a time. */
export class SegmentWriter {
  /** Segments that are not yet replayed, by file name; shared with replay, which removes them. */
  readonly segments = new Set<string>();
  readonly #options: SegmentWriterOptions;
  #queue: Entry[] = [];
  #pendingBytes = 0;
  #active: Active | undefined;
  /** Of the active segment, and from before it is opened until after it is closed. */
  #growing: string | undefined;
  #lastTime = 0;
  #count = 0;
  #running: Promise<void> | undefined;
  #sealing = false;

  constructor(options: SegmentWriterOptions) {
    this.#options = options;
  }

  /** The segment that may still change: replay leaves it alone until it is sealed. */
  get growingFile(): string | undefined {
    return this.#growing;
  }

  /** Bytes whose write is not finished. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** Resolves when the entry is on the disk. Order of calls is order in the file. */
  add(records: Pick<Entry, 'bytes' | 'time' | 'lastTime'>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ ...records, resolve, reject });
      this.#pendingBytes += records.bytes.length;
      this.#start();
    });
  }

  /** Ends the segment that is being written; the next entry begins a new one. Waits for the write on its way only. */
  async seal(): Promise<void> {
    this.#sealing = true;
    try {
      await this.#running;
      await this.#closeActive();
    } finally {
      this.#sealing = false;
      this.#start();
    }
  }

  /** Resolves when nothing waits any more. */
  async drain(): Promise<void> {
    while (this.#queue.length > 0 || this.#running !== undefined) await (this.#running ?? setImmediate());
  }

  #start(): void {
    if (this.#running !== undefined || this.#sealing || this.#queue.length === 0) return;
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      this.#start();
    });
  }

  async #run(): Promise<void> {
    // Entries of this turn of the event loop come along.
    await Promise.resolve();
    // One group is written in any case: who seals again and again must not keep the writer from its work.
    do await this.#commit(this.#takeGroup());
    while (this.#queue.length > 0 && !this.#sealing);
  }

  #takeGroup(): Entry[] {
    const group: Entry[] = [];
    let bytes = 0;
    let taken = 0;
    for (const entry of this.#queue) {
      if (bytes >= this.#options.segmentBytes) break;
      taken += 1;
      const refusal = this.#options.refuse(bytes + entry.bytes.length);
      if (refusal === null) {
        group.push(entry);
        bytes += entry.bytes.length;
      } else {
        this.#pendingBytes -= entry.bytes.length;
        entry.reject(refusal);
      }
    }
    this.#queue.splice(0, taken);
    return group;
  }

  async #commit(group: Entry[]): Promise<void> {
    if (group.length === 0) return;
    const bytes = Buffer.concat(group.map((entry) => entry.bytes));
    let failure: Error | undefined;
    try {
      await this.#write(bytes, group[0]?.time ?? 0);
      this.#options.written(bytes.length);
    } catch (error) {
      failure = this.#options.failure(error);
    }
    this.#pendingBytes -= bytes.length;
    for (const entry of group) {
      if (failure === undefined) entry.resolve();
      else entry.reject(failure);
    }
    this.#lastTime = Math.max(this.#lastTime, ...group.map((entry) => entry.lastTime));
  }

  async #write(bytes: Buffer, time: number): Promise<void> {
    for (let round = 1; ; round += 1) {
      const active = await this.#ready(time);
      await this.#writeTo(active, bytes);
      if (await this.#isOurs(active)) return;
      // Another process took us for dead. It replays what it found, maybe with this; a repeat does no harm.
      this.segments.delete(active.name.file);
      await this.#closeActive();
      if (round === MAX_TAKEN) throw new Error('another process takes the segments away');
    }
  }

  async #ready(time: number): Promise<Active> {
    if (this.#active !== undefined && this.#active.size >= this.#options.segmentBytes)
      await this.#closeActive();
    this.#active ??= await this.#create(time);
    return this.#active;
  }

  async #create(time: number): Promise<Active> {
    const { dir, owner, prepare } = this.#options;
    prepare();
    this.#count += 1;
    const times = { time: Math.max(0, this.#lastTime, Math.floor(time)), number: this.#count };
    const name = segmentName({ ...times, origin: owner, owner });
    const path = join(dir, name.file);
    this.#growing = name.file;
    const file = await open(path, 'wx', 0o600);
    this.segments.add(name.file);
    try {
      await file.write(encodeHead(), 0, HEAD_BYTES, 0);
      this.#options.written(HEAD_BYTES);
      await syncFolder(dir);
    } catch (error) {
      await this.#discard({ name, file, size: 0 });
      throw error;
    }
    return { name, file, size: HEAD_BYTES };
  }

  /** Nothing half-written stays: what fails is cut off, and a segment that this leaves empty is removed. */
  async #writeTo(active: Active, bytes: Buffer): Promise<void> {
    try {
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await active.file.write(
          bytes,
          done,
          bytes.length - done,
          active.size + done,
        );
        done += bytesWritten;
      }
      await active.file.datasync();
      active.size += bytes.length;
    } catch (error) {
      this.#active = undefined;
      if (active.size <= HEAD_BYTES) await this.#discard(active);
      else await cutOff(active);
      this.#growing = undefined;
      throw error;
    }
  }

  async #discard({ name, file }: Active): Promise<void> {
    await file.close().catch(ignore);
    await rm(join(this.#options.dir, name.file), { force: true }).catch(ignore);
    this.segments.delete(name.file);
  }

  async #isOurs({ name }: Active): Promise<boolean> {
    try {
      await stat(join(this.#options.dir, name.file));
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
  }

  async #closeActive(): Promise<void> {
    const active = this.#active;
    this.#active = undefined;
    this.#growing = undefined;
    await active?.file.close();
  }
}

async function cutOff({ file, size }: Active): Promise<void> {
  // Should even this fail, replay finds the torn record, and a new segment is written from now on.
  await file.truncate(size).catch(ignore);
  await file.datasync().catch(ignore);
  await file.close().catch(ignore);
}

/** A new name survives a loss of power only when its folder is written as well. Some systems cannot do that. */
async function syncFolder(dir: string): Promise<void> {
  const folder = await open(dir, 'r').catch(() => null);
  if (folder === null) return;
  await folder.sync().catch(ignore);
  await folder.close();
}

function ignore(): void {}
