import { describe, expect, test } from '@jest/globals';
import { eventually } from '@hooklane/testkit';
import { beginRun, lost } from '../../fixtures/lane-run.ts';
import { TARGET, answer } from '../../fixtures/memory-lane.ts';

describe('When Redis refuses', () => {
  test('a settle, it is tried again, and no result is lost', async () => {
    const { lane, run } = beginRun();
    lane.owe('e1');
    let refusals = 2;
    lane.before = (call) => {
      if (call.startsWith('settle') && refusals-- > 0) lost();
    };
    await run.work();
    expect(lane.statusOf('e1')).toBe('delivered');
  });

  test('a letter, the delivery is not settled before it is there', async () => {
    const { lane, sender, run } = beginRun();
    lane.owe('e1');
    sender.reply = () => answer(410);
    let refusals = 1;
    lane.before = (call) => {
      if (call.startsWith('letters') && refusals-- > 0) lost();
    };
    await run.work();
    expect(lane.diary.filter((call) => /^(letters|settle|notice)/.test(call))).toEqual([
      'letters e1',
      'letters e1',
      'settle e1',
      'notice webhook.disabled gone',
    ]);
  });

  test('every settle, the run fails with that, and only after its tries have ended', async () => {
    const { lane, sender, run } = beginRun();
    lane.owe('e1', 'e2');
    sender.reply = (request) =>
      request.headers['webhook-id'] === 'e1'
        ? answer(200)
        : new Promise((resolve) => setTimeout(resolve, 50, answer(200)));
    lane.before = (call) => {
      if (call.startsWith('settle')) lost();
    };
    await expect(run.work()).rejects.toMatchObject({ code: 'redis_unavailable' });
    expect(sender.inFlight).toBe(0);
    // The lease ends, and the next run tries both again: at least once.
    expect([...lane.trying]).toEqual(['e1', 'e2']);
  });

  test('a take, what is in flight is still written before the run fails', async () => {
    const { lane, sender, run } = beginRun();
    lane.owe('e1', 'e2');
    sender.hold();
    const work = run.work();
    // Awaited below; until then it must not count as unhandled.
    work.catch(() => undefined);
    await eventually(() => expect(sender.inFlight).toBe(2));
    lane.before = (call) => {
      if (call === 'take') lost();
    };
    await new Promise((resolve) => setTimeout(resolve, 30));
    sender.letGo();
    await expect(work).rejects.toMatchObject({ code: 'redis_unavailable' });
    expect(lane.settled).toHaveLength(2);
  });

  test('one take, the lane is given back and woken after a second: its lease stands in the way of nobody', async () => {
    const { lane, sender, run } = beginRun();
    lane.owe('e1', 'e2');
    sender.hold();
    const failed = run.work().catch((error: unknown) => error);
    await eventually(() => expect(sender.inFlight).toBe(2));
    lane.owe('e3');
    let refusals = 1;
    lane.before = (call) => {
      if (call === 'take' && refusals-- > 0) lost();
    };
    const before = Date.now();
    await eventually(() => expect(refusals).toBe(0));
    sender.letGo();
    expect(await failed).toMatchObject({ code: 'redis_unavailable' });
    expect(lane.owner).toBeNull();
    expect(lane.wakes).toMatchObject([{ webhookId: TARGET.id, pool: 'lanes' }]);
    expect(lane.wakes[0]!.at).toBeGreaterThanOrEqual(before + 1000);
  });

  test('a take while results are written, they are written before the run fails', async () => {
    const { lane, sender, run } = beginRun({ writeRetryMs: [100, 100] });
    lane.owe('e1', 'e2', 'e3', 'e4', 'e5');
    sender.reply = (request) =>
      request.headers['webhook-id'] === 'e1'
        ? answer(200)
        : new Promise((resolve) => setTimeout(resolve, 10, answer(200)));
    let refusals = 2;
    lane.before = (call) => {
      if (call === 'take' && lane.diary.length > 1) lost();
      if (call === 'settle e1' && refusals-- > 0) lost();
    };
    await expect(run.work()).rejects.toMatchObject({ code: 'redis_unavailable' });
    expect(lane.settled.map(({ delivery }) => delivery.eventId).sort()).toEqual(['e1', 'e2', 'e3', 'e4']);
  });

  test('a first take, the lane is woken all the same', async () => {
    const { lane, run } = beginRun();
    lane.owe('e1');
    lane.before = (call) => {
      if (call === 'take') lost();
    };
    await expect(run.work()).rejects.toMatchObject({ code: 'redis_unavailable' });
    expect(lane.wakes).toHaveLength(1);
  });

  test('the wake, the run fails; the sweep finds the lane', async () => {
    const { lane, sender, run } = beginRun();
    lane.owe('e1');
    sender.reply = () => answer(500);
    lane.before = (call) => {
      if (call === 'wake') lost();
    };
    await expect(run.work()).rejects.toMatchObject({ code: 'redis_unavailable' });
    expect(lane.statusOf('e1')).toBe('retry');
  });
});
