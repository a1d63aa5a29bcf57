import { expect, test } from '@jest/globals';
import { binsOf } from './bins.ts';
import type { Minute } from './bins.ts';

function minute(clock: string, ok: number, p99: number | null): Minute {
  return {
    minute: `2026-03-01T${clock}:00.000Z`,
    accepted: ok,
    delivered: ok,
    failed: 0,
    dead: 0,
    outcomes: { ok },
    latency: p99 === null ? null : { p50: 1, p95: 2, p99 },
  };
}

test('a bin adds its minutes up and keeps the worst latency; nothing delivered is no latency', () => {
  const bins = binsOf([minute('10:04', 1, 30), minute('10:05', 2, null), minute('10:06', 3, 80)], 5);
  expect(bins).toMatchObject([
    { at: Date.parse('2026-03-01T10:00:00Z'), minutes: 1, delivered: 1, latency: { p99: 30 } },
    {
      at: Date.parse('2026-03-01T10:05:00Z'),
      minutes: 2,
      delivered: 5,
      outcomes: { ok: 5 },
      latency: { p99: 80 },
    },
  ]);
  expect(binsOf([minute('10:00', 0, null)], 5)[0]?.latency).toBeNull();
});
