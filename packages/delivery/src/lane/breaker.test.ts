import { describe, expect, test } from '@jest/globals';
import { type Breaker, CLOSED_BREAKER } from '@hooklane/core';
import fc from 'fast-check';
import { DEFAULT_BREAKER_POLICY, type TryReport, afterTry, windowOf } from './breaker.ts';

const POLICY = { ...DEFAULT_BREAKER_POLICY, spanMs: 5000 };
const NOW = 1_800_000_000_000;

function report(more: Partial<TryReport> = {}): TryReport {
  return { ok: false, eventId: 'e1', probe: false, durationMs: 10, now: NOW, random: 0.5, cap: 32, ...more };
}

function after(reports: Partial<TryReport>[], from: Breaker = CLOSED_BREAKER): Breaker {
  return reports.reduce<Breaker>((breaker, more) => afterTry(breaker, report(more), POLICY), from);
}

/** Faults of different events, spread over a time. */
const faults = (count: number, spanMs: number, events = count): Partial<TryReport>[] =>
  Array.from({ length: count }, (_, i) => ({
    eventId: `e${i % events}`,
    now: NOW + Math.round((spanMs * i) / Math.max(1, count - 1)),
  }));

const OPEN = after(faults(10, 5000));

describe('A lane opens', () => {
  test('after ten faults in a row of several events over five seconds, not before', () => {
    expect(OPEN.state).toBe('open');
    expect(after(faults(9, 60_000)).state).toBe('closed');
    expect(after(faults(200, 4999)).state).toBe('closed');
    expect(after(faults(200, 60_000, 1)).state).toBe('closed');
  });

  test('never for one event alone, however often and long it fails', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(86_400_000), { maxLength: 200 }), (waits) => {
        let now = NOW;
        const reports = waits.map((wait) => ({ now: (now += wait) }));
        expect(after(reports).state).toBe('closed');
      }),
    );
  });

  test('never when a success came less than ten faults ago', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(8), { maxLength: 40 }), (runs) => {
        let now = NOW;
        let breaker: Breaker = CLOSED_BREAKER;
        for (const run of runs) {
          for (let i = 0; i <= run; i++) {
            breaker = afterTry(breaker, report({ eventId: `e${now}`, now: (now += 3000) }), POLICY);
            expect(breaker.state).toBe('closed');
          }
          breaker = afterTry(breaker, report({ ok: true, now }), POLICY);
        }
      }),
    );
  });

  test('not for an endpoint that fails one time in ten', () => {
    let seed = 42;
    const random = (): number => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
    let breaker: Breaker = CLOSED_BREAKER;
    for (let i = 0; i < 20_000; i++) {
      const now = NOW + i * 1000;
      breaker = afterTry(breaker, report({ ok: random() > 0.1, eventId: `e${i}`, now }), POLICY);
      expect(breaker.state).toBe('closed');
    }
  });

  test('never when the policy says 0 faults', () => {
    const never = { ...POLICY, faults: 0 };
    const breaker = faults(500, 600_000).reduce<Breaker>(
      (b, f) => afterTry(b, report(f), never),
      CLOSED_BREAKER,
    );
    expect(breaker.state).toBe('closed');
  });
});

describe('An open lane', () => {
  test('lets out one probe at a time, the first after 5 s', () => {
    expect(windowOf(OPEN, 32)).toBe(1);
    expect(OPEN.probeAt).toBe(NOW + 5000 + POLICY.firstProbeMs);
  });

  test('waits twice as long after every failed probe, up to the cap, spread by a fifth', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (count, random) => {
          let breaker = OPEN;
          for (let probe = 1; probe <= count; probe++) {
            const now = breaker.probeAt;
            breaker = afterTry(breaker, report({ probe: true, now, random }), POLICY);
            const plain = Math.min(POLICY.mostProbeMs, POLICY.firstProbeMs * 2 ** probe);
            expect(breaker.state).toBe('open');
            expect(breaker.probeAt - now).toBeGreaterThanOrEqual(plain * 0.8 - 1);
            expect(breaker.probeAt - now).toBeLessThanOrEqual(plain * 1.2 + 1);
          }
        },
      ),
    );
  });

  test('does not listen to late failures of tries from before', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20_000), { maxLength: 50 }), (lateness) => {
        const late = lateness.map((ms) => ({ eventId: `late${ms}`, now: NOW + ms }));
        expect(after(late, OPEN)).toEqual(OPEN);
      }),
    );
  });

  test('drains at a rising rate after a success, then it is closed without a memory', () => {
    let breaker = afterTry(OPEN, report({ ok: true, probe: true }), POLICY);
    const windows = [];
    while (breaker.state !== 'closed') {
      windows.push(windowOf(breaker, 6));
      breaker = afterTry(breaker, report({ ok: true, cap: 6 }), POLICY);
    }
    expect(windows).toEqual([2, 3, 4, 5]);
    expect(breaker).toEqual(CLOSED_BREAKER);
  });

  test('of a webhook that allows one try at once is closed by one success', () => {
    expect(afterTry(OPEN, report({ ok: true, probe: true, cap: 1 }), POLICY)).toEqual(CLOSED_BREAKER);
  });
});

test('A draining lane opens again after three faults in a row, and a success between them saves it', () => {
  const draining = afterTry(OPEN, report({ ok: true, probe: true }), POLICY);
  expect(after(faults(2, 10), draining).state).toBe('draining');
  expect(after(faults(3, 10), draining).state).toBe('open');
  expect(after([...faults(2, 10), { ok: true }, ...faults(2, 10)], draining).state).toBe('draining');
});

test('The window never exceeds what the webhook allows and never falls under one', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 300 }), fc.integer({ min: 1, max: 256 }), (oks, cap) => {
      let breaker: Breaker = CLOSED_BREAKER;
      oks.forEach((ok, i) => {
        const probe = breaker.state === 'open';
        breaker = afterTry(
          breaker,
          report({ ok, cap, probe, eventId: `e${i}`, now: NOW + i * 1000 }),
          POLICY,
        );
        expect(windowOf(breaker, cap)).toBeGreaterThanOrEqual(1);
        expect(windowOf(breaker, cap)).toBeLessThanOrEqual(cap);
      });
    }),
  );
});

test('A try of a second makes a lane slow; a success in half of that makes it fast again', () => {
  const slow = afterTry(CLOSED_BREAKER, report({ ok: true, durationMs: 1000 }), POLICY);
  expect(slow.slow).toBe(true);
  expect(after([{ ok: true, durationMs: 700 }], slow).slow).toBe(true);
  expect(after([{ ok: false, durationMs: 1 }], slow).slow).toBe(true);
  expect(after([{ ok: true, durationMs: 499 }], slow).slow).toBe(false);
});
