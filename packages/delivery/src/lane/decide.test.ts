import { describe, expect, test } from '@jest/globals';
import { MAX_RETRY_AFTER_MS } from '@hooklane/core';
import fc from 'fast-check';
import { answer } from '../../fixtures/memory-lane.ts';
import { type Verdict, classify } from './classify.ts';
import { type DecisionInput, decide } from './decide.ts';
import type { PostFailureCode } from './ports.ts';

const NOW = 1_800_000_000_000;
const failure = (code: PostFailureCode): Verdict =>
  classify({ kind: 'failure', code, message: '', durationMs: 0 });

function input(more: Partial<DecisionInput>): DecisionInput {
  return {
    verdict: classify(answer(500)),
    charged: 0,
    policy: { scheduleMs: [5000, 300_000], jitter: 0.2 },
    retryAfter: null,
    now: NOW,
    random: 0.5,
    ...more,
  };
}

const schedules = fc.array(fc.integer({ min: 1, max: 7 * 86_400_000 }), { minLength: 1, maxLength: 50 });
const faults = fc.oneof(
  fc.constantFrom(302, 400, 404, 408, 425, 429, 500, 503).map((status) => classify(answer(status))),
  fc
    .constantFrom(
      'timeout',
      'refused',
      'reset',
      'dns',
      'tls',
      'bad_response',
      'headers_too_large',
      'connect_timeout',
      'unreachable',
    )
    .map((code) => failure(code as PostFailureCode)),
);

describe('A fault of receiver or network', () => {
  test('is retried never earlier than the schedule allows, and never much later without a Retry-After', () => {
    fc.assert(
      fc.property(
        schedules,
        faults,
        fc.nat(49),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (scheduleMs, verdict, at, random) => {
          const charged = at % scheduleMs.length;
          const { disposition, charged: counts } = decide(
            input({ verdict, charged, random, policy: { scheduleMs, jitter: 0.2 } }),
          );
          expect(counts).toBe(true);
          if (disposition.kind !== 'retry') throw new Error(disposition.kind);
          const base = scheduleMs[charged]!;
          expect(disposition.at - NOW).toBeGreaterThanOrEqual(Math.floor(base * 0.8));
          expect(disposition.at - NOW).toBeLessThanOrEqual(Math.ceil(base * 1.2));
        },
      ),
    );
  });

  test('is tried exactly as often as the schedule has delays, and once more, then dead', () => {
    fc.assert(
      fc.property(schedules, faults, (scheduleMs, verdict) => {
        const policy = { scheduleMs, jitter: 0.2 };
        let tries = 0;
        for (let charged = 0; ;) {
          const decision = decide(input({ verdict, charged, policy }));
          tries++;
          if (decision.charged) charged++;
          if (decision.disposition.kind === 'retry') continue;
          expect(decision.disposition).toEqual({ kind: 'dead', reason: 'exhausted' });
          break;
        }
        expect(tries).toBe(scheduleMs.length + 1);
      }),
    );
  });

  test('waits for Retry-After when that is later, in seconds or as a date, at most 24 h', () => {
    fc.assert(
      fc.property(fc.nat(200_000), fc.boolean(), (seconds, asDate) => {
        const retryAfter = asDate ? new Date(NOW + seconds * 1000).toUTCString() : String(seconds);
        const { disposition } = decide(input({ retryAfter }));
        const expected = Math.max(5000, Math.min(seconds * 1000, MAX_RETRY_AFTER_MS));
        expect(disposition).toEqual({ kind: 'retry', at: NOW + expected });
      }),
    );
  });

  test.each([
    [0, 5000],
    [30_000, 30_000],
    [3_600_000, 3_600_000],
  ])('waits for Retry-After no longer than what is set: %i ms', (retryAfterMaxMs, expected) => {
    const policy = { ...input({}).policy, retryAfterMaxMs };
    const { disposition } = decide(input({ policy, retryAfter: '999999' }));
    expect(disposition).toEqual({ kind: 'retry', at: NOW + expected });
  });

  test.each(['', 'soon', '-5', '1.5', '99999999999999999999999'])(
    'reads the Retry-After "%s" with care',
    (retryAfter) => {
      const { disposition } = decide(input({ retryAfter }));
      const wait = disposition.kind === 'retry' ? disposition.at - NOW : -1;
      expect([5000, MAX_RETRY_AFTER_MS]).toContain(wait);
    },
  );

  test('dies at the end of the schedule, whatever Retry-After says', () => {
    expect(decide(input({ charged: 2, retryAfter: '60' })).disposition).toEqual({
      kind: 'dead',
      reason: 'exhausted',
    });
  });
});

describe('A fault of ours', () => {
  test.each(['aborted', 'closed', 'local_resources'] as const)(
    '%s never costs a try, however often',
    (code) => {
      fc.assert(
        fc.property(fc.nat(60), (charged) => {
          const decision = decide(input({ verdict: failure(code), charged }));
          expect(decision.charged).toBe(false);
          expect(decision.disposition.kind).toBe('retry');
        }),
      );
    },
  );

  test('goes out again at once after a shutdown, and after 5 s when this machine is short of something', () => {
    expect(decide(input({ verdict: failure('aborted') })).disposition).toEqual({ kind: 'retry', at: NOW });
    expect(decide(input({ verdict: failure('local_resources') })).disposition).toEqual({
      kind: 'retry',
      at: NOW + 5000,
    });
  });

  test.each(['blocked_address', 'blocked_port', 'bad_url', 'bad_request'] as const)(
    '%s is dead at once',
    (code) => {
      expect(decide(input({ verdict: failure(code) }))).toEqual({
        disposition: { kind: 'dead', reason: 'blocked' },
        charged: false,
      });
    },
  );
});

test('2xx is delivered; 410 is dead at once', () => {
  expect(decide(input({ verdict: classify(answer(204)) })).disposition).toEqual({ kind: 'delivered' });
  expect(decide(input({ verdict: classify(answer(410)) })).disposition).toEqual({
    kind: 'dead',
    reason: 'gone',
  });
});
