import { describe, expect, test } from '@jest/globals';
import { CLOSED_BREAKER, type Settlement } from '@hooklane/core';
import { eventually } from '@hooklane/testkit';
import { beginRun, ids, lost } from '../../fixtures/lane-run.ts';
import { TARGET, answer, dueOf } from '../../fixtures/memory-lane.ts';

describe('A run', () => {
  test('delivers all that is due, never more at once than the webhook allows', async () => {
    const { lane, sender, run } = beginRun();
    lane.owe(...ids(50));
    sender.reply = () => new Promise((resolve) => setTimeout(resolve, Math.random() * 4, answer(200)));
    await run.work();
    expect(ids(50).map((id) => lane.statusOf(id))).toEqual(ids(50).map(() => 'delivered'));
    expect(sender.requests).toHaveLength(50);
    expect(sender.mostInFlight).toBe(4);
    expect(lane.owner).toBeNull();
  });

  test('settles in batches: what ended together is written together', async () => {
    const { lane, sender, run } = beginRun();
    lane.owe(...ids(40));
    await run.work();
    expect(sender.requests).toHaveLength(40);
    expect(lane.batches.length).toBeLessThanOrEqual(15);
  });

  test('writes what a whole window became in one call while the process is busy', async () => {
    const calm = beginRun();
    calm.lane.owe(...ids(40));
    await calm.run.work();
    const busy = beginRun({ gatherMs: () => 1000 });
    busy.lane.owe(...ids(40));
    const start = performance.now();
    await busy.run.work();
    // It waits for what is in flight, not for the time to pass.
    expect(performance.now() - start).toBeLessThan(1000);
    expect(busy.lane.batches).toHaveLength(10);
    expect(busy.lane.settled).toHaveLength(40);
  });

  test('begins a try when it may, counts it from then on, and says when it is over', async () => {
    const waiting: ((leave: () => void) => void)[] = [];
    let left = 0;
    const leave = (): void => void (left += 1);
    const { lane, sender, run } = beginRun({ tryLimit: { enter: (start) => waiting.push(start) } });
    lane.owe(...ids(3));
    sender.hold();
    const work = run.work();
    await eventually(() => expect(waiting).toHaveLength(3));
    expect(sender.inFlight).toBe(0);
    expect(run.inFlight).toBe(3);
    waiting[0]?.(leave);
    await eventually(() => expect(sender.inFlight).toBe(1));
    for (const start of waiting.slice(1)) start(leave);
    sender.letGo();
    await work;
    expect(left).toBe(3);
    expect(ids(3).map((id) => lane.statusOf(id))).toEqual(ids(3).map(() => 'delivered'));
  });

  test('that cannot write its results does not begin what waits for its turn, and hands it back', async () => {
    const waiting: ((leave: () => void) => void)[] = [];
    const { lane, sender, run } = beginRun({ tryLimit: { enter: (start) => waiting.push(start) } });
    lane.owe(...ids(3));
    const take = lane.take.bind(lane);
    const failed = run.work().catch((error: unknown) => error);
    await eventually(() => expect(waiting).toHaveLength(3));
    // What waits for its turn does not hang.
    expect(run.oldestMs()).toBeLessThan(0);
    lane.take = lost;
    await eventually(() => expect(run.inFlight).toBe(3));
    await new Promise((resolve) => setTimeout(resolve, 50));
    for (const start of waiting) start(() => undefined);
    expect(await failed).toMatchObject({ code: 'redis_unavailable' });
    expect(sender.requests).toEqual([]);
    expect(lane.settled.map(({ attempt }) => attempt)).toEqual([null, null, null]);
    lane.take = take;
  });

  test('finds what comes while a slow try is in flight, as long as the window has room', async () => {
    const { lane, sender, run } = beginRun();
    lane.owe('slow');
    sender.hold();
    const work = run.work();
    await eventually(() => expect(sender.inFlight).toBe(1));
    lane.owe('later');
    await eventually(() => expect(sender.inFlight).toBe(2));
    sender.letGo();
    await work;
    expect(lane.statusOf('later')).toBe('delivered');
  });

  test('that finds nothing due sets exactly one wake, for the next one', async () => {
    const { lane, sender, run } = beginRun();
    lane.owe('e1', 'e2');
    sender.reply = () => answer(500);
    const before = Date.now();
    await run.work();
    expect(lane.wakes).toHaveLength(1);
    expect(lane.wakes[0]).toMatchObject({ webhookId: TARGET.id, pool: 'lanes' });
    expect(lane.wakes[0]!.at).toBeGreaterThanOrEqual(before + 60_000);
    expect(lane.diary.filter((call) => call === 'release')).toEqual([]);
  });

  test('that leaves its lane empty ends with that result, and sets no wake', async () => {
    const { lane, run } = beginRun();
    lane.owe('e1');
    await run.work();
    expect(lane.diary).toEqual(['take', 'settle e1']);
    expect([lane.owner, lane.wakes]).toEqual([null, []]);
  });

  test('goes to the back of the queue when its slice is over, with nothing in flight', async () => {
    const { lane, sender, run } = beginRun({ sliceMs: 40 });
    lane.owe(...ids(10_000));
    sender.reply = () => new Promise((resolve) => setTimeout(resolve, 2, answer(200)));
    const start = performance.now();
    await run.work();
    expect(performance.now() - start).toBeLessThan(8000);
    expect(lane.wakes).toEqual([{ webhookId: TARGET.id, pool: 'lanes', at: 0 }]);
    expect(lane.trying.size).toBe(0);
    expect(lane.settled).toHaveLength(sender.requests.length);
    expect(lane.owner).toBeNull();
  });

  test('tells of each settled try after it was written', async () => {
    const told: Settlement[] = [];
    const { lane, run } = beginRun({
      onSettled: (webhook, settlement) => {
        expect(webhook).toBe(TARGET);
        expect(lane.statusOf(settlement.delivery.eventId)).toBe('delivered');
        told.push(settlement);
      },
    });
    lane.owe(...ids(9));
    await run.work();
    expect(told).toHaveLength(9);
  });
});

describe('A dead letter', () => {
  test('is queued before its delivery is settled, and nothing is taken between the two', async () => {
    const { lane, sender, run } = beginRun({ policy: { scheduleMs: [1], jitter: 0 } });
    lane.owed.set('e1', { due: dueOf('e1', { tries: 1, charged: 1 }), at: 0, status: 'retry' });
    sender.reply = () => answer(500);
    await run.work();
    expect(lane.diary).toEqual(['take', 'letters e1', 'settle e1']);
    expect(lane.letters).toMatchObject([
      { deliveryId: 'e1.wh_1', reason: 'exhausted', attempts: 2, lastStatusCode: 500 },
    ]);
    expect(lane.statusOf('e1')).toBe('dead');
  });

  test('of a lapsed delivery says lane_open, without a try', async () => {
    const { lane, sender, run } = beginRun();
    lane.lapsed = [dueOf('old', { tries: 3 })];
    await run.work();
    expect(sender.requests).toEqual([]);
    expect(lane.letters).toMatchObject([{ eventId: 'old', reason: 'lane_open', attempts: 3 }]);
    expect(lane.settled).toMatchObject([{ attempt: null, charged: false }]);
  });
});

test('What a dead run left behind is settled as interrupted, uncharged, and tried again', async () => {
  const { lane, sender, run } = beginRun();
  lane.owe('e1');
  lane.interrupted = [dueOf('e1')];
  lane.trying.add('e1');
  await run.work();
  expect(lane.settled[0]).toMatchObject({
    charged: false,
    disposition: { kind: 'retry' },
    attempt: { number: 1, outcome: 'interrupted', fault: 'ours', error: { code: 'worker_lost' } },
  });
  expect(sender.requests.map(({ headers }) => headers['hooklane-attempt'])).toEqual(['2']);
  expect(lane.statusOf('e1')).toBe('delivered');
});

test('410 disables the webhook, after the result is written; what else is owed waits', async () => {
  const { lane, sender, run } = beginRun();
  lane.target = { ...TARGET, maxInFlight: 1 };
  lane.owe('e1', 'e2');
  sender.reply = () => answer(410);
  await run.work();
  expect(lane.diary.indexOf('notice webhook.disabled gone')).toBeGreaterThan(lane.diary.indexOf('settle e1'));
  expect(lane.statusOf('e1')).toBe('dead');
  expect(lane.letters).toHaveLength(lane.settled.length);
  expect(lane.state).toBe('disabled');
});

describe('A bug in an attempt', () => {
  test('keeps the delivery, uncharged, for half a minute, and is told', async () => {
    const { lane, sender, run, options } = beginRun();
    lane.owe('bad', 'good');
    sender.reply = (request) => {
      if (request.headers['webhook-id'] === 'bad') throw new TypeError('a bug');
      return answer(200);
    };
    const before = Date.now();
    await run.work();
    expect(lane.owed.get('bad')).toMatchObject({ status: 'retry', due: { tries: 0, charged: 0 } });
    expect(lane.owed.get('bad')!.at).toBeGreaterThanOrEqual(before + 30_000);
    expect(lane.statusOf('good')).toBe('delivered');
    expect(options.bugs).toMatchObject([{ message: 'a bug' }]);
  });

  test('does not count against the lane', async () => {
    const { lane, sender, run } = beginRun();
    lane.owe(...ids(20));
    sender.reply = () => {
      throw new TypeError('a bug');
    };
    await run.work();
    expect(lane.breaker).toEqual(CLOSED_BREAKER);
  });
});

describe('A lane that is not ours to run', () => {
  test('any more: what waits for its turn is not sent; the other run does that', async () => {
    const waiting: ((leave: () => void) => void)[] = [];
    const told: Settlement[] = [];
    const { lane, sender, run } = beginRun({
      tryLimit: { enter: (start) => waiting.push(start) },
      onSettled: (_, settlement) => void told.push(settlement),
    });
    lane.target = { ...TARGET, maxInFlight: 5 };
    lane.owe(...ids(4));
    const work = run.work();
    await eventually(() => expect(waiting).toHaveLength(4));
    lane.owner = 'another';
    const asked = lane.diary.length;
    await eventually(() => expect(lane.diary.length).toBeGreaterThan(asked));
    for (const start of waiting) start(() => undefined);
    await work;
    expect(sender.requests).toEqual([]);
    expect(told).toEqual([]);
    expect(lane.owner).toBe('another');
  });

  test('busy: ends at once, without a wake', async () => {
    const { lane, run } = beginRun();
    lane.owe('e1');
    lane.owner = 'another';
    await run.work();
    expect([lane.diary, lane.wakes]).toEqual([['take'], []]);
  });

  test('paused: ends at once', async () => {
    const { lane, sender, run } = beginRun();
    lane.owe('e1');
    lane.state = 'disabled';
    await run.work();
    expect(sender.requests).toEqual([]);
    expect(lane.wakes).toEqual([]);
  });

  test('paused while tries are in flight: they are settled', async () => {
    const { lane, sender, run } = beginRun();
    lane.owe('e1', 'e2');
    sender.hold();
    const work = run.work();
    await eventually(() => expect(sender.inFlight).toBe(2));
    lane.state = 'disabled';
    lane.owe('e3');
    await new Promise((resolve) => setTimeout(resolve, 30));
    sender.letGo();
    await work;
    expect(['e1', 'e2', 'e3'].map((id) => lane.statusOf(id))).toEqual(['delivered', 'delivered', 'pending']);
  });

  test.each(['busy', 'paused', 'deleted'] as const)(
    '%s, said while the last try ends: its result is handed in all the same',
    async (kind) => {
      const { lane, sender, run } = beginRun();
      lane.owe('e1');
      sender.hold();
      const work = run.work();
      await eventually(() => expect(sender.inFlight).toBe(1));
      lane.take = async () => {
        sender.letGo();
        await new Promise((resolve) => setTimeout(resolve, 20));
        return kind === 'deleted' ? { kind, due: [] } : { kind };
      };
      await work;
      expect(lane.settled.map(({ delivery }) => delivery.eventId)).toEqual(['e1']);
    },
  );

  test('deleted: all that is owed is given up in batches, without letters', async () => {
    const { lane, sender, run } = beginRun();
    lane.owe(...ids(5));
    lane.state = 'deleted';
    await run.work();
    expect(sender.requests).toEqual([]);
    expect(lane.letters).toEqual([]);
    expect(lane.settled.map(({ disposition }) => disposition)).toEqual(
      ids(5).map(() => ({ kind: 'dead', reason: 'webhook_deleted' })),
    );
    expect(lane.batches).toEqual([2, 2, 1]);
  });
});

test('A failing endpoint opens its lane; the breaker is written with the results', async () => {
  const { lane, sender, run } = beginRun({
    breaker: { faults: 5, spanMs: 0, events: 3, firstProbeMs: 5000, mostProbeMs: 60_000, slowMs: 1000 },
  });
  lane.owe(...ids(30));
  sender.reply = () => answer(503);
  run.work().catch(() => undefined);
  await eventually(() => expect(lane.breaker.state).toBe('open'));
  run.leave();
  await eventually(() => expect(lane.owner).toBeNull());
  expect(lane.breaker.probeAt).toBeGreaterThan(Date.now());
});
