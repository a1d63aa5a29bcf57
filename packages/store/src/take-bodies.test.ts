import { describe, expect, test } from '@jest/globals';
import { useStore } from '../fixtures/store-bench.ts';

const bench = useStore();

describe('The body of a delivery', () => {
  test('is the same bytes in a process that did not dispatch its event', async () => {
    const webhook = await bench.webhook();
    const body = '{"text": "ü\\u0000", "n": 1.0}';
    const [event] = await bench.emit(1, { body });
    const elsewhere = bench.open({ clock: bench.clock.now });
    const request = { webhookId: webhook.id, run: 'run-1', limit: 5, now: bench.clock.now() };
    const take = await elsewhere.lanes.take(request);
    expect(take.kind === 'work' && take.due.map((due) => [due.eventId, String(due.body)])).toEqual([
      [event!.id, body],
    ]);
  });

  test('is that of the new event, when an id came again after retention', async () => {
    const webhook = await bench.webhook();
    await bench.emit(1, { id: 'mine', body: '{"n":1}' });
    await bench.raw.del('{h0}:event:mine', `{h0}:lane:${webhook.id}`);
    bench.clock.advance(10);
    const other = bench.open({ clock: bench.clock.now });
    await other.dispatch([bench.event({ id: 'mine', body: '{"n":2}' })]);
    const work = await bench.takeWork(webhook);
    expect(work.due.map(({ body }) => String(body))).toEqual(['{"n":2}']);
  });

  test('of an event that expired in this moment: the others are taken, and it is dropped', async () => {
    const webhook = await bench.webhook();
    const [gone, kept] = await bench.emit(2);
    const elsewhere = bench.open({ clock: bench.clock.now });
    await bench.raw.hdel(`{h0}:event:${gone!.id}`, 'b');
    const request = { webhookId: webhook.id, run: 'run-1', limit: 5, now: bench.clock.now() };
    const take = await elsewhere.lanes.take(request);
    expect(take.kind === 'work' && take.due.map(({ eventId }) => eventId)).toEqual([kept!.id]);
    expect(await bench.raw.zrange(`{h0}:lane:${webhook.id}`, '0', '-1')).toEqual([kept!.id]);
    expect(await bench.raw.smembers(`{h0}:trying:${webhook.id}`)).toEqual([kept!.id]);
  });
});

test('Bodies of one take are bounded: what does not fit stays due', async () => {
  const webhook = await bench.webhook({ maxInFlight: 32 });
  const body = JSON.stringify({ filling: 'x'.repeat(1_000_000) });
  await bench.emit(10, { body });
  const first = await bench.takeWork(webhook, 'run-1', 32);
  expect(first.due.length).toBeLessThan(7);
  const second = await bench.takeWork(webhook, 'run-1', 32);
  expect(first.due.length + second.due.length).toBe(10);
});
