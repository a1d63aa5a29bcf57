/**
 * The names in the folder of a spool. `<time>-<origin>-<number>.<owner>.seg`: the time of its first event, the spool
 * that wrote it, its number there, and the spool that will replay it: another one when the writer has died.
 * `<owner>.spool` says that an owner lives, `replay.lock` who replays, `….corrupt` holds what nobody can read.
 */
import { randomBytes } from 'node:crypto';

/** A segment, by its name. */
export interface SegmentName {
  /** File name in the folder. */
  file: string;
  /** ms since the epoch, of its first event; never less than that of the segment before it. */
  time: number;
  origin: string;
  number: number;
  owner: string;
}

/** Held by the spool that replays. */
export const LOCK_FILE = 'replay.lock';

const SEGMENT = /^(\d{15})-([0-9a-f]{12})-(\d{8})\.([0-9a-f]{12})\.seg$/;
const OURS = /\.(seg|spool|corrupt|lock)$/;

/** An id of a spool that is open, `[0-9a-f]{12}`. */
export function newOwner(): string {
  return randomBytes(6).toString('hex');
}

/** Puts a name together. */
export function segmentName(parts: Omit<SegmentName, 'file'>): SegmentName {
  const time = String(parts.time).padStart(15, '0');
  const number = String(parts.number).padStart(8, '0');
  return { ...parts, file: `${time}-${parts.origin}-${number}.${parts.owner}.seg` };
}

/** Reads a name; null for any other file. */
export function parseSegmentName(file: string): SegmentName | null {
  const [, time, origin, number, owner] = SEGMENT.exec(file) ?? [];
  if (origin === undefined || owner === undefined) return null;
  return { file, time: Number(time), origin, number: Number(number), owner };
}

/** The file that an owner keeps fresh while it lives. */
export function claimFile(owner: string): string {
  return `${owner}.spool`;
}

/** Where the unreadable part of a segment at this offset goes. The same part gets the same name again. */
export function corruptFile(segment: SegmentName, offset: number): string {
  return `${segment.file.slice(0, segment.file.indexOf('.'))}.${offset}.corrupt`;
}

/** Whether a file of the folder is the spool's, and so counts against its bound. */
export function isSpoolFile(file: string): boolean {
  return OURS.test(file);
}
