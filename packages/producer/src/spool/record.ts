/**
 * How events lie in a segment. A segment is a head of {@link HEAD_BYTES} bytes and then records:
 * mark, length and CRC-32 of what follows (4 bytes each), the event without its body as JSON, a line feed, the body.
 * The mark begins with a byte that UTF-8 never has, so no record can be mistaken for the inside of another one.
 */
import { crc32 } from 'node:zlib';
import { MAX_BODY_BYTES } from '@hooklane/core';
import type { AcceptedEvent } from '@hooklane/core';

const MARK = Buffer.from([0xff, 0x48, 0x4b, 0x52]);
const FRAME_BYTES = 12;
const LINE_FEED = 0x0a;

/** No record is longer: the body, and as much again for a long scope name in JSON. */
const MAX_PAYLOAD_BYTES = 2 * MAX_BODY_BYTES;

/** Eight bytes that name the format, and how far the segment was replayed: an offset and its CRC-32, 4 bytes each. */
export const HEAD_BYTES = 16;
const FORMAT = Buffer.from('HKSPOOL1');
/** Where the position stands in the head. */
export const POSITION_AT = FORMAT.length;

/** What stands at a place of a segment. */
export type Frame =
  | { kind: 'record'; event: AcceptedEvent; bytes: number; end: number }
  /** Nobody can read it; the next record begins at `end`. `isTorn`: the file ends before the record does. */
  | { kind: 'bad'; isTorn: boolean; end: number }
  | { kind: 'end' };

/** One record. Throws a TypeError for an event that no receiver could get. */
export function encodeRecord(event: AcceptedEvent): Buffer {
  const { body, ...rest } = event;
  const payload = Buffer.from(`${JSON.stringify(rest)}\n${body}`);
  if (payload.length > MAX_PAYLOAD_BYTES) {
    throw new TypeError(`A record has at most ${MAX_PAYLOAD_BYTES} bytes; this one has ${payload.length}.`);
  }
  const frame = Buffer.alloc(FRAME_BYTES);
  MARK.copy(frame);
  frame.writeUInt32LE(payload.length, 4);
  frame.writeUInt32LE(crc32(payload), 8);
  return Buffer.concat([frame, payload]);
}

/** The head of a new segment. */
export function encodeHead(): Buffer {
  return Buffer.concat([FORMAT, encodePosition(HEAD_BYTES)]);
}

/** What is written at {@link POSITION_AT} when everything before `offset` was replayed. */
export function encodePosition(offset: number): Buffer {
  const position = Buffer.alloc(8);
  position.writeUInt32LE(offset);
  position.writeUInt32LE(crc32(position.subarray(0, 4)), 4);
  return position;
}

/** Where replay goes on. A position that cannot be read counts as none: repeats are harmless, gaps are not. */
export function readPosition(segment: Buffer): number {
  if (segment.length < HEAD_BYTES) return segment.length;
  if (!segment.subarray(0, POSITION_AT).equals(FORMAT)) return 0;
  const offset = segment.readUInt32LE(POSITION_AT);
  const isSound =
    segment.readUInt32LE(POSITION_AT + 4) === crc32(segment.subarray(POSITION_AT, POSITION_AT + 4));
  return isSound && offset >= HEAD_BYTES && offset <= segment.length ? offset : HEAD_BYTES;
}

/** Reads what stands at `at`. Never throws. */
export function readFrame(segment: Buffer, at: number): Frame {
  if (at >= segment.length) return { kind: 'end' };
  const record = readRecord(segment, at);
  if (record !== null) return record;
  for (let next = segment.indexOf(MARK, at + 1); next !== -1; next = segment.indexOf(MARK, next + 1)) {
    if (readRecord(segment, next) !== null) return { kind: 'bad', isTorn: false, end: next };
  }
  return { kind: 'bad', isTorn: isTorn(segment, at), end: segment.length };
}

function readRecord(segment: Buffer, at: number): (Frame & { kind: 'record' }) | null {
  const start = at + FRAME_BYTES;
  if (start > segment.length || segment.compare(MARK, 0, MARK.length, at, at + MARK.length) !== 0)
    return null;
  const bytes = segment.readUInt32LE(at + 4);
  const end = start + bytes;
  if (bytes > MAX_PAYLOAD_BYTES || end > segment.length) return null;
  const payload = segment.subarray(start, end);
  if (crc32(payload) !== segment.readUInt32LE(at + 8)) return null;
  const event = decodePayload(payload);
  return event && { kind: 'record', event, bytes, end };
}

function decodePayload(payload: Buffer): AcceptedEvent | null {
  const split = payload.indexOf(LINE_FEED);
  if (split === -1) return null;
  try {
    const rest = JSON.parse(payload.toString('utf8', 0, split)) as Record<string, unknown> | null;
    const event = { ...rest, body: payload.toString('utf8', split + 1) };
    return isEvent(event) ? event : null;
  } catch {
    return null;
  }
}

/** The checks of the queue: what it would refuse must not stop a replay for ever. */
function isEvent(value: Record<string, unknown>): value is Record<string, unknown> & AcceptedEvent {
  const scope = value['scope'] as Record<string, unknown> | null | undefined;
  const texts = [
    value['id'],
    value['type'],
    value['account'],
    value['body'],
    scope?.['kind'],
    scope?.['name'],
  ];
  const times = [value['acceptedAt'], value['occurredAt'], value['order'] ?? 0];
  return (
    texts.every((text) => typeof text === 'string' && text !== '') &&
    times.every((time) => typeof time === 'number')
  );
}

/** A write that was cut short: the record is longer than the file, or blocks that were never filled. */
function isTorn(segment: Buffer, at: number): boolean {
  const rest = segment.subarray(at);
  if (rest.every((byte) => byte === 0)) return true;
  const known = Math.min(rest.length, MARK.length);
  if (!rest.subarray(0, known).equals(MARK.subarray(0, known))) return false;
  return rest.length < FRAME_BYTES || rest.readUInt32LE(4) > rest.length - FRAME_BYTES;
}
