import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AcceptedEvent } from '@hooklane/core';
import { anEvent } from '../../fixtures/events.ts';
import { HEAD_BYTES, encodeHead, encodePosition, encodeRecord, readFrame, readPosition } from './record.ts';

/** All that can be read of a segment, and the unreadable parts. */
function readAll(segment: Buffer): { ids: string[]; bad: { at: number; end: number; isTorn: boolean }[] } {
  const ids: string[] = [];
  const bad: { at: number; end: number; isTorn: boolean }[] = [];
  for (let at = readPosition(segment); ;) {
    const frame = readFrame(segment, at);
    if (frame.kind === 'end') return { ids, bad };
    if (frame.kind === 'record') ids.push(frame.event.id);
    else bad.push({ at, end: frame.end, isTorn: frame.isTorn });
    at = frame.end;
  }
}

const events: fc.Arbitrary<AcceptedEvent> = fc
  .tuple(fc.stringMatching(/^[\w-]{1,128}$/), fc.string({ unit: 'grapheme', minLength: 1 }), fc.json())
  .map(([id, name, body]) => ({ ...anEvent(id), scope: { kind: 'application', name }, body }));

const sixRecords = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => encodeRecord(anEvent(id)));
const six = Buffer.concat([encodeHead(), ...sixRecords]);
const lastAt = six.length - (sixRecords[5]?.length ?? 0);

test('an event comes back as it was, byte for byte', () => {
  fc.assert(
    fc.property(events, (event) => {
      const frame = readFrame(encodeRecord(event), 0);
      expect(frame.kind === 'record' && frame.event).toEqual(event);
    }),
  );
});

describe('a torn last record is noticed, and the rest is kept', () => {
  test('cut at every byte', () => {
    for (let end = lastAt + 1; end < six.length; end += 1) {
      const { ids, bad } = readAll(six.subarray(0, end));
      expect(ids.join('')).toBe('abcde');
      expect(bad).toEqual([{ at: lastAt, end, isTorn: true }]);
    }
    expect(readAll(six.subarray(0, lastAt))).toEqual({ ids: ['a', 'b', 'c', 'd', 'e'], bad: [] });
  });

  test('cut at any byte of any events', () => {
    fc.assert(
      fc.property(fc.array(events, { minLength: 1, maxLength: 8 }), fc.nat(), (list, cut) => {
        const last = encodeRecord(list.at(-1) ?? anEvent('x'));
        const whole = Buffer.concat([encodeHead(), ...list.map(encodeRecord)]);
        const kept = 1 + (cut % (last.length - 1));
        const { ids, bad } = readAll(whole.subarray(0, whole.length - last.length + kept));
        expect(ids).toEqual(list.slice(0, -1).map((event) => event.id));
        expect(bad).toMatchObject([{ isTorn: true }]);
      }),
    );
  });

  test('when the system left zeros in its place', () => {
    const zeros = Buffer.concat([six.subarray(0, lastAt), Buffer.alloc(500)]);
    expect(readAll(zeros)).toMatchObject({ ids: ['a', 'b', 'c', 'd', 'e'], bad: [{ isTorn: true }] });
  });

  test('when the file ends within its head', () => {
    for (let end = 0; end < HEAD_BYTES; end += 1) {
      expect(readAll(six.subarray(0, end))).toEqual({ ids: [], bad: [] });
    }
  });
});

describe('a corrupted part costs only itself', () => {
  test('one changed byte, anywhere, costs one record at most', () => {
    for (let at = 0; at < six.length; at += 1) {
      const damaged = Buffer.from(six);
      damaged[at] = (damaged[at] ?? 0) ^ 0x55;
      const { ids } = readAll(damaged);
      expect(ids.length).toBeGreaterThanOrEqual(at < HEAD_BYTES ? 6 : 5);
    }
  });

  test('garbage in the middle or at the end is not called torn', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 20, maxLength: 500 }), fc.nat(5), (noise, where) => {
        fc.pre(noise[0] !== 0 && noise[0] !== 0xff);
        const parts = sixRecords.toSpliced(where, 0, Buffer.from(noise));
        const { ids, bad } = readAll(Buffer.concat([encodeHead(), ...parts]));
        expect(ids.join('')).toBe('abcdef');
        expect(bad).toMatchObject([{ isTorn: false }]);
      }),
    );
  });

  test('a record inside of a body is no record', () => {
    const hidden = encodeRecord(anEvent('hidden')).toString('latin1');
    const outer = encodeRecord({ ...anEvent('outer'), body: hidden });
    outer[4] = 0;
    expect(readAll(Buffer.concat([encodeHead(), outer, encodeRecord(anEvent('z'))])).ids).toEqual(['z']);
  });

  test('a position that makes no sense is none', () => {
    for (const position of [encodePosition(1_000_000), encodePosition(3), Buffer.alloc(8, 7)]) {
      const segment = Buffer.from(six);
      position.copy(segment, 8);
      expect(readPosition(segment)).toBe(HEAD_BYTES);
    }
  });
});
