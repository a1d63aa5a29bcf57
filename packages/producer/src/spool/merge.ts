/** Puts the events of several segments into one row: in their order within a writer, by time across writers. */
import type { AcceptedEvent } from '@hooklane/core';
import type { Bound } from '../coalescer.ts';
import type { SegmentReader } from './segment-reader.ts';

/** Takes batches from segments, the earliest event first. */
export class Merge {
  /** Opened lazily: only segments that overlap in time are in memory together. */
  #readers: SegmentReader[];
  readonly #touched = new Set<SegmentReader>();

  constructor(readers: readonly SegmentReader[]) {
    this.#readers = readers.toSorted(byTime);
  }

  /** The next events, none at the end. A single larger body travels alone. */
  async take(bound: Bound): Promise<AcceptedEvent[]> {
    const batch: AcceptedEvent[] = [];
    let bytes = 0;
    for (let reader = this.#readers[0]; reader !== undefined; reader = this.#readers[0]) {
      const before = reader.time;
      const record = await reader.peek();
      this.#touched.add(reader);
      if (record === null) {
        this.#readers.shift();
      } else if (reader.time > before && this.#isLater(reader)) {
        this.#readers.sort(byTime);
      } else {
        const isFull = batch.length >= bound.events || bytes + record.bytes > bound.bytes;
        if (batch.length > 0 && isFull) return batch;
        batch.push(record.event);
        bytes += record.bytes;
        reader.skip();
      }
    }
    return batch;
  }

  /** What was taken is sent: remembers it. Returns the files that were removed. */
  async commit(): Promise<string[]> {
    const removed: string[] = [];
    for (const reader of this.#touched) if (await reader.commit()) removed.push(reader.name.file);
    this.#touched.clear();
    const gone = new Set(removed);
    this.#readers = this.#readers.filter((reader) => !gone.has(reader.name.file));
    return removed;
  }

  #isLater(reader: SegmentReader): boolean {
    const second = this.#readers[1];
    return second !== undefined && byTime(second, reader) < 0;
  }
}

function byTime(a: SegmentReader, b: SegmentReader): number {
  if (a.time !== b.time) return a.time - b.time;
  if (a.name.origin !== b.name.origin) return a.name.origin < b.name.origin ? -1 : 1;
  return a.name.number - b.name.number;
}
