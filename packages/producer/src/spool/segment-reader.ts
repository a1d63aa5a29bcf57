/** The reading end of one segment: record by record, with a position that survives the process. */
import { open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AcceptedEvent } from '@hooklane/core';
import { POSITION_AT, encodePosition, readFrame, readPosition } from './record.ts';
import type { Frame } from './record.ts';
import { corruptFile } from './segment-name.ts';
import type { SegmentName } from './segment-name.ts';

/** A part of a segment that nobody can read. Everything readable around it is kept. */
export interface SpoolDamage {
  /** `torn`: the last record was cut short, so its `append` never returned. `corrupt`: anything else. */
  kind: 'torn' | 'corrupt';
  /** File name of the segment. */
  segment: string;
  /** Where it begins in the segment, and how long it is, bytes. */
  offset: number;
  bytes: number;
  /** The file that holds it now; null when it was only zeros, which are what a torn write leaves. */
  movedTo: string | null;
}

/** Reads one segment that nobody writes any more. */
export class SegmentReader {
  readonly name: SegmentName;
  /** Not later than the next event, ms since the epoch; before the first look, the time in the name. */
  time: number;
  readonly #dir: string;
  readonly #onDamage: (damage: SpoolDamage) => void;
  #segment: Buffer | undefined;
  #next: Frame | undefined;
  #at = 0;
  /** Up to here all is sent. */
  #done = 0;

  constructor(dir: string, name: SegmentName, onDamage: (damage: SpoolDamage) => void) {
    this.#dir = dir;
    this.name = name;
    this.time = name.time;
    this.#onDamage = onDamage;
  }

  /** The next record, and where it ends; null at the end. Moves unreadable parts aside. */
  async peek(): Promise<{ event: AcceptedEvent; bytes: number } | null> {
    await this.#load();
    while (this.#next === undefined) {
      const frame = readFrame(this.#segment ?? EMPTY, this.#at);
      if (frame.kind === 'bad') {
        await this.#putAside(frame);
        this.#at = frame.end;
      } else {
        this.#next = frame;
      }
    }
    if (this.#next.kind !== 'record') return null;
    this.time = Math.max(this.time, this.#next.event.acceptedAt);
    return this.#next;
  }

  /** Goes past the record that `peek` gave. */
  skip(): void {
    if (this.#next?.kind !== 'record') return;
    this.#at = this.#next.end;
    this.#next = undefined;
  }

  /** All records that were skipped are sent: remembers it, or removes the segment when none is left. */
  async commit(): Promise<boolean> {
    if ((await this.peek()) === null) {
      await rm(join(this.#dir, this.name.file), { force: true });
      return true;
    }
    if (this.#at > this.#done) await this.#savePosition();
    return false;
  }

  /** Not synced: what is lost of it is sent again, which does no harm. */
  async #savePosition(): Promise<void> {
    const file = await open(join(this.#dir, this.name.file), 'r+');
    try {
      await file.write(encodePosition(this.#at), 0, 8, POSITION_AT);
    } finally {
      await file.close();
    }
    this.#done = this.#at;
  }

  async #load(): Promise<void> {
    if (this.#segment !== undefined) return;
    this.#segment = await readOrEmpty(join(this.#dir, this.name.file));
    this.#at = readPosition(this.#segment);
    this.#done = this.#at;
  }

  async #putAside({ end, isTorn }: { end: number; isTorn: boolean }): Promise<void> {
    const part = (this.#segment ?? EMPTY).subarray(this.#at, end);
    const isEmpty = part.every((byte) => byte === 0);
    const file = corruptFile(this.name, this.#at);
    if (!isEmpty) await writeFile(join(this.#dir, file), part, { mode: 0o600 });
    this.#onDamage({
      kind: isTorn ? 'torn' : 'corrupt',
      segment: this.name.file,
      offset: this.#at,
      bytes: part.length,
      movedTo: isEmpty ? null : file,
    });
  }
}

const EMPTY = Buffer.alloc(0);

/** One that is gone was replayed by somebody else. */
async function readOrEmpty(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return EMPTY;
    throw error;
  }
}
