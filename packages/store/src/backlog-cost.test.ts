import { expect, test } from '@jest/globals';
import type { Webhook } from '@hooklane/core';
import { useStore } from '../fixtures/store-bench.ts';

const bench = useStore();
const HOUR = 3_600_000;

/** Commands that Redis has carried out, also within scripts. */
async function commands(): Promise<number> {
  const stats = await bench.raw.info('commandstats');
  return [...stats.matchAll(/calls=(\d+)/g)].reduce((sum, [, calls]) => sum + Number(calls), 0);
}

async function backlogOf(count: number): Promise<Webhook> {
  const webhook = await bench.webhook({ scope: { kind: 'application', name: `app-${count}` } });
  for (let left = count; left > 0; left -= 500) {
    await bench.emit(Math.min(500, left), { scope: webhook.scope });
    bench.clock.advance(1);
  }
  return webhook;
}

/** One back-off of an open lane: the probe is taken, fails, and the lane sleeps until the next one. */
async function backOff(webhook: Webhook): Promise<number> {
  const before = await commands();
  const take = await bench.takeWork(webhook, 'run-1', 1);
  expect(take.due).toHaveLength(1);
  const retry = { disposition: { kind: 'retry', at: bench.clock.now() + HOUR } } as const;
  const settlements = take.due.map((due) => bench.tried(due, retry));
  await bench.settle(webhook, settlements, { breaker: bench.openBreaker(300_000) });
  expect(await bench.take(webhook)).toMatchObject({ kind: 'idle' });
  bench.clock.advance(300_001);
  return (await commands()) - before;
}

test('A back-off of a sick lane costs Redis the same however long the lane is: 1,000 and 100,000 deliveries', async () => {
  bench.store = bench.openTimed({ lapseMs: 100 * HOUR });
  const costs: number[] = [];
  for (const count of [1000, 100_000]) {
    const webhook = await backlogOf(count);
    await backOff(webhook);
    costs.push(await backOff(webhook));
    expect(await bench.raw.zcard(`{h0}:lane:${webhook.id}`)).toBe(count);
  }
  if (process.env['HOOKLANE_SHOW_MEMORY'])
    process.stderr.write(`commands per back-off ${costs.join(', ')}\n`);
  expect(costs[1]).toBe(costs[0]);
  expect(costs[0]).toBeLessThanOrEqual(300);
}, 120_000);
