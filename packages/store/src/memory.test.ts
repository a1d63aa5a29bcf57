import { expect, test } from '@jest/globals';
import type { EventType, Webhook } from '@hooklane/core';
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

async function emitAll(type: EventType = 'build.finished'): Promise<void> {
  for (let i = 0; i < EVENTS; i += 20) {
    bench.clock.advance(1);
    await bench.emit(20, { body: BODY, type });
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
  if (process.env['HOOKLANE_SHOW_MEMORY'])
    process.stderr.write(`event ${perEvent} waiting ${waiting} delivered ${delivered}\n`);
  expect(waiting).toBeLessThanOrEqual(300);
  expect(delivered).toBeLessThanOrEqual(200);
});

test('A dead letter costs at most 1,000 bytes beyond its event, with its last try and without what was answered', async () => {
  const webhook = await bench.webhook({ maxInFlight: 256 });
  const empty = await dataBytes();
  await emitAll();
  const waiting = await dataBytes();
  await bench.die(webhook, { response: { headers: {}, body: '', truncated: false } });
  await bench.raw.del('{h0}:feed');
  const dead = ((await dataBytes()) - waiting) / EVENTS;
  expect(waiting).toBeGreaterThan(empty);
  expect(dead).toBeLessThanOrEqual(1000);
  if (process.env['HOOKLANE_SHOW_MEMORY']) process.stderr.write(`dead ${dead}\n`);
});
