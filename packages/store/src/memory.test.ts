import { expect, test } from '@jest/globals';
import type { Webhook } from '@hooklane/core';
import { useStore } from '../fixtures/store-bench.ts';

const bench = useStore();

const BODY = JSON.stringify({ text: 'x'.repeat(680) });
const EVENTS = 1000;
const FAN_OUT = 10;

/** Bytes that Redis holds in data, without its buffers and scripts. */
async function dataBytes(): Promise<number> {
  const stats = (await bench.raw.memory('STATS')) as (string | number)[];
  return Number(stats[stats.indexOf('dataset.bytes') + 1]);
}

async function emitAll(): Promise<void> {
  for (let i = 0; i < EVENTS; i += 20) {
    bench.clock.advance(1);
    await bench.emit(20, { body: BODY });
  }
}

test('A waiting delivery costs at most 300 bytes beyond its event, a delivered one at most 200 with its log, the trace of an event at most 128', async () => {
  const start = await dataBytes();
  await bench.webhook({ event: 'build.started' });
  await emitAll();
  const perEvent = ((await dataBytes()) - start) / EVENTS;

  await bench.begin();
  await bench.webhook({ event: 'build.started' });
  const untraced = await dataBytes();
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  for (let i = 0; i < EVENTS; i += 20) await bench.emit(20, { body: BODY, traceparent });
  const traced = (await dataBytes()) - untraced;
  expect(traced / EVENTS - perEvent).toBeLessThanOrEqual(128);

  await bench.begin();
  const hooks: Webhook[] = [];
  for (let i = 0; i < FAN_OUT; i++) hooks.push(await bench.webhook({ maxInFlight: 256 }));
  const empty = await dataBytes();
  await emitAll();
  const waiting = ((await dataBytes()) - empty - perEvent * EVENTS) / (EVENTS * FAN_OUT);

  for (const webhook of hooks) await bench.finish(webhook);
  const delivered = ((await dataBytes()) - empty - perEvent * EVENTS) / (EVENTS * FAN_OUT);
  expect(waiting).toBeLessThanOrEqual(300);
  expect(delivered).toBeLessThanOrEqual(200);
});
