/** The reckoning must be able to fail: a kit that finds no loss where there is one is worth nothing. */
import { describe, expect, test } from '@jest/globals';
import type { HookIds } from './house.ts';
import { Ledger } from './ledger.ts';

import type { KnownAttempt, KnownDelivery } from './read-deliveries.ts';
import { reckon } from './reckon.ts';

const HOOKS: HookIds = { acme: { mixed: 'wh_m', steady: 'wh_s', finished: 'wh_f' } };
const FINISHED = { id: 'e1', type: 'build.finished', number: 1, account: 'acme' } as const;
const OK: KnownAttempt = {
  number: 1,
  startedAt: '2026-01-01T00:00:00.000Z',
  outcome: 'ok',
  fault: null,
  statusCode: 200,
  error: null,
};
const DELIVERED: KnownDelivery = {
  id: 'e1.wh_f',
  eventId: 'e1',
  webhookId: 'wh_f',
  status: 'delivered',
  reason: null,
  nextAttemptAt: null,
  attemptCount: 1,
  attempts: [OK],
};

function ledgerOf(receipts: number): Ledger {
  const ledger = new Ledger();
  ledger.emitting(FINISHED);
  ledger.accept(FINISHED);
  for (let i = 0; i < receipts; i += 1) ledger.receive('acme', 'finished', 'e1');
  return ledger;
}
const reckonOne = (receipts: number, delivery: Partial<KnownDelivery> | null) =>
  reckon(ledgerOf(receipts), new Map(delivery && [['e1.wh_f', { ...DELIVERED, ...delivery }]]), HOOKS);

describe('The reckoning', () => {
  test('is content with what was brought and written', () => {
    expect(reckonOne(1, {})).toMatchObject({ owed: 1, delivered: 1, lost: 0, repeats: 0, problems: [] });
  });

  test('calls lost what Hooklane does not know, and what it says it brought and did not', () => {
    expect(reckonOne(0, null)).toMatchObject({ owed: 1, lost: 1 });
    expect(reckonOne(1, null)).toMatchObject({ lost: 1 });
    expect(reckonOne(0, {})).toMatchObject({ delivered: 0, lost: 1 });
  });

  test('sees a try that is missing from the history', () => {
    expect(reckonOne(1, { attempts: [] }).problems).toHaveLength(1);
  });

  test('explains a repeat by an interrupted try or one whose answer came too late, and by nothing else', () => {
    const interrupted = { ...OK, outcome: 'interrupted', fault: 'ours' } as const;
    expect(reckonOne(2, { attempts: [interrupted, OK] })).toMatchObject({
      repeats: 1,
      explainedRepeats: 1,
      problems: [],
    });
    const late = { ...OK, outcome: 'timeout', fault: 'receiver', statusCode: null } as const;
    expect(reckonOne(2, { attempts: [late, OK] })).toMatchObject({ explainedRepeats: 1, problems: [] });
    expect(reckonOne(2, { attempts: [OK, OK] }).problems).toHaveLength(1);
  });

  test('allows what is due later to come early, with a try of its own each time', () => {
    const event = { id: 'e2', type: 'build.started', number: 38, account: 'acme' } as const;
    const ledger = new Ledger();
    ledger.emitting(event);
    ledger.accept(event);
    for (const hook of ['steady', 'mixed', 'mixed'] as const) ledger.receive('acme', hook, 'e2');
    const throttled = { ...OK, outcome: 'throttled', fault: 'receiver', statusCode: 429 } as const;
    const steady: KnownDelivery = { ...DELIVERED, id: 'e2.wh_s', eventId: 'e2', webhookId: 'wh_s' };
    const reckonEarly = (attempts: KnownAttempt[], early: boolean) =>
      reckon(
        ledger,
        new Map<string, KnownDelivery>([
          ['e2.wh_s', steady],
          ['e2.wh_m', { ...steady, status: 'retrying', nextAttemptAt: OK.startedAt, attempts }],
        ]),
        HOOKS,
        { early },
      );
    expect(reckonEarly([throttled, throttled], true)).toMatchObject({ due: 1, repeats: 0, problems: [] });
    expect(reckonEarly([throttled, throttled], false).problems).toHaveLength(1);
    expect(reckonEarly([throttled], true).problems).toHaveLength(2);
  });

  test('needs no interrupted try where Redis itself forgets, and calls lost what it forgot for good', () => {
    const known = new Map([['e1.wh_f', DELIVERED]]);
    expect(reckon(ledgerOf(2), known, HOOKS, { forgets: true })).toMatchObject({
      repeats: 1,
      explainedRepeats: 1,
      problems: [],
    });
    expect(reckon(ledgerOf(2), new Map(), HOOKS, { forgets: true })).toMatchObject({ lost: 1 });
  });

  test('sees what died or waits without a reason, and what was interrupted at the cost of an attempt', () => {
    expect(reckonOne(1, { status: 'dead', reason: 'exhausted' }).problems).toHaveLength(1);
    expect(reckonOne(1, { status: 'retrying' }).problems).toHaveLength(1);
    const charged = { ...OK, outcome: 'interrupted', fault: 'receiver' } as const;
    expect(reckonOne(1, { attempts: [charged, OK] }).problems).toHaveLength(1);
  });

  test('sees a request that nobody owed', () => {
    const ledger = ledgerOf(1);
    ledger.receive('acme', 'mixed', 'e1');
    expect(reckon(ledger, new Map([['e1.wh_f', DELIVERED]]), HOOKS).problems).toHaveLength(1);
  });
});
