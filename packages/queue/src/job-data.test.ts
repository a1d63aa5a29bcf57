import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { QUEUES, queuePrefix, retryJobDelay } from './catalog.ts';
import { batchJobId } from './event-queue.ts';
import { BadJobData } from './job-data.ts';
import { anEvent, aLetter } from '../fixtures/samples.ts';

const eventId = fc.stringMatching(/^[A-Za-z0-9_-]{1,128}$/);
const batch = fc.array(eventId, { minLength: 1, maxLength: 32 }).map((ids) => ids.map((id) => anEvent(id)));

describe('the id of a job with events', () => {
  test('is one that BullMQ takes, whatever ids callers choose', () => {
    fc.assert(
      fc.property(batch, (events) => {
        const id = batchJobId(events);
        expect(id).not.toContain(':');
        expect(String(Number.parseInt(id, 10))).not.toBe(id);
      }),
    );
  });

  test('is the same for the same batch, so that a repeat is harmless', () => {
    fc.assert(fc.property(batch, (events) => batchJobId(events) === batchJobId(structuredClone(events))));
  });

  test('differs when any event differs, so that no event hides behind another', () => {
    fc.assert(
      fc.property(batch, batch, (one, other) => {
        fc.pre(one.map((event) => event.id).join(' ') !== other.map((event) => event.id).join(' '));
        expect(batchJobId(one)).not.toBe(batchJobId(other));
      }),
    );
  });
});

describe('data that a queue does not carry are refused', () => {
  test.each([
    ['events', null],
    ['events', {}],
    ['events', { events: [] }],
    ['events', { events: Array.from({ length: 33 }, () => anEvent('e')) }],
    ['events', { events: [{ ...anEvent('e'), body: { parsed: true } }] }],
    ['events', { events: [{ ...anEvent('e'), scope: null }] }],
    ['events', { events: [{ ...anEvent('e'), acceptedAt: '1' }] }],
    ['lanes', { webhook: 'wh_1' }],
    ['slow-lanes', { webhookId: '' }],
    ['redrives', 'rd_1'],
    ['housekeeping', { task: 'toString' }],
    ['dead-letters', { ...aLetter('e.w'), attempts: undefined }],
  ] as const)('%s: %j', (queue, data) => {
    expect(() => QUEUES[queue].parse(data)).toThrow(BadJobData);
  });

  test('and good data pass unchanged', () => {
    const events = { events: [anEvent('e1'), anEvent('e2')] };
    expect(QUEUES.events.parse(events)).toEqual(events);
    expect(QUEUES['dead-letters'].parse(aLetter('e.w'))).toEqual(aLetter('e.w'));
  });
});

test('the wait before a job is tried again grows to 30 s and stays there, spread by 20 %', () => {
  const plain = [1, 2, 3, 7, 8, 9, 1_000_000].map((attempt) => retryJobDelay(attempt, 0.5));
  expect(plain).toEqual([250, 500, 1000, 16_000, 30_000, 30_000, 30_000]);
  expect([retryJobDelay(1, 0), retryJobDelay(1, 1)]).toEqual([200, 300]);
});

test('all keys of a shard carry its hash tag', () => {
  expect(queuePrefix(0)).toBe('{h0}:bull');
  expect(queuePrefix(12)).toBe('{h12}:bull');
  for (const shard of [-1, 1.5, 16_384, Number.NaN]) expect(() => queuePrefix(shard)).toThrow(RangeError);
});
