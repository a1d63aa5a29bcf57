import { afterEach, describe, expect, test } from '@jest/globals';
import { HooklaneError } from '@hooklane/core';
import type { LaneWake } from '@hooklane/core';
import { eventually } from '@hooklane/testkit';
import {
  MemoryLane,
  ScriptedSender,
  TARGET,
  answer,
  dueOf,
  laneOptions,
} from '../../fixtures/memory-lane.ts';
import { DEFAULT_BREAKER_POLICY } from './breaker.ts';
import { LaneRunner, type LaneRunnerOptions } from './lane-runner.ts';

const runners: { runner: LaneRunner; sender: ScriptedSender }[] = [];

afterEach(async () => {
  for (const { runner, sender } of runners.splice(0)) {
    sender.letGo();
    await runner.stop(0);
  }
});

function begin(more: Partial<LaneRunnerOptions> = {}) {
  const lane = new MemoryLane();
  const sender = new ScriptedSender();
  const options = laneOptions(lane, sender, more);
  const runner = new LaneRunner(options);
  runners.push({ runner, sender });
  return { lane, sender, options, runner };
}

describe('Stop', () => {
  test('lets what is in flight end within the grace, and takes nothing more', async () => {
    const { lane, sender, runner } = begin();
    lane.owe('e1', 'e2', 'e3', 'e4', 'e5');
    sender.hold();
    const run = runner.run({ webhookId: TARGET.id }, 'lanes');
    await eventually(() => expect(runner.inFlight).toBe(4));
    const stopped = runner.stop(5000);
    setTimeout(() => sender.letGo(), 50);
    await Promise.all([stopped, run]);
    expect(lane.settled.map(({ attempt }) => attempt?.outcome)).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect(lane.statusOf('e5')).toBe('pending');
    // The lane goes on elsewhere.
    expect(lane.wakes).toMatchObject([{ webhookId: TARGET.id, at: 0 }]);
    expect(runner.running).toBe(0);
  });

  test('sends the rest back as interrupted, uncharged and due at once', async () => {
    const { lane, sender, runner } = begin();
    lane.owe('e1', 'e2');
    sender.hold();
    const run = runner.run({ webhookId: TARGET.id }, 'lanes');
    await eventually(() => expect(runner.inFlight).toBe(2));
    const start = performance.now();
    await Promise.all([runner.stop(100), run]);
    expect(performance.now() - start).toBeLessThan(8000);
    for (const { attempt, charged, disposition } of lane.settled) {
      expect(attempt).toMatchObject({ outcome: 'interrupted', fault: 'ours' });
      expect(charged).toBe(false);
      expect(disposition.kind === 'retry' && disposition.at <= Date.now()).toBe(true);
    }
    expect(lane.settled).toHaveLength(2);
    expect(lane.breaker.faults).toBe(0);
  });

  test('is bounded although Redis hangs', async () => {
    const { lane, sender, runner } = begin();
    lane.owe('e1');
    sender.hold();
    void runner.run({ webhookId: TARGET.id }, 'lanes');
    await eventually(() => expect(runner.inFlight).toBe(1));
    lane.settle = () => new Promise(() => undefined);
    const start = performance.now();
    await runner.stop(100);
    expect(performance.now() - start).toBeLessThan(15_000);
    // It never ends: no second stop after the test.
    runners.length = 0;
  });

  test('after it nothing runs any more', async () => {
    const { lane, runner } = begin();
    await runner.stop(0);
    lane.owe('e1');
    await runner.run({ webhookId: TARGET.id }, 'lanes');
    expect(lane.diary).toEqual([]);
  });
});

describe('A run that turns out slow', () => {
  const breaker = { ...DEFAULT_BREAKER_POLICY, slowMs: 50 };

  test('leaves the slot of a healthy lane and goes on outside, marked as slow', async () => {
    const { lane, sender, runner } = begin({ breaker });
    lane.owe('e1');
    sender.hold();
    await runner.run({ webhookId: TARGET.id }, 'lanes');
    expect([runner.running, runner.inFlight]).toEqual([1, 1]);
    sender.letGo();
    await eventually(() => expect(runner.running).toBe(0));
    expect(lane.statusOf('e1')).toBe('delivered');
  });

  test('keeps its slot among the slow lanes', async () => {
    const { lane, sender, runner } = begin({ breaker });
    lane.owe('e1');
    sender.hold();
    let free = false;
    const run = runner.run({ webhookId: TARGET.id }, 'slow-lanes').then(() => (free = true));
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(free).toBe(false);
    sender.letGo();
    await run;
  });

  test('keeps its slot when the places outside are taken', async () => {
    const { lane, sender, runner } = begin({ breaker, slowRuns: 0 });
    lane.owe('e1');
    sender.hold();
    let free = false;
    const run = runner.run({ webhookId: TARGET.id }, 'lanes').then(() => (free = true));
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(free).toBe(false);
    sender.letGo();
    await run;
  });

  test('leaves its slot long before it counts as slow, so that many at once do not hold those of quick lanes', async () => {
    const { lane, sender, runner } = begin({ breaker: { ...breaker, slowMs: 60_000 }, slowRuns: 2 });
    lane.owe('e1');
    sender.hold();
    await runner.run({ webhookId: TARGET.id }, 'lanes');
    expect([runner.running, runner.inFlight]).toEqual([1, 1]);
    sender.letGo();
    await eventually(() => expect(runner.running).toBe(0));
    expect(lane.statusOf('e1')).toBe('delivered');
    expect(lane.breaker.slow).toBe(false);
  });

  test('and fails outside is told, not thrown into the void', async () => {
    const { lane, sender, options, runner } = begin({ breaker });
    lane.owe('e1');
    sender.hold();
    await runner.run({ webhookId: TARGET.id }, 'lanes');
    lane.before = (call) => {
      if (call.startsWith('settle')) throw new Error('broken');
    };
    sender.letGo();
    await eventually(() => expect(options.bugs).toMatchObject([{ message: 'broken' }]));
  });
});

describe('While other lanes wait for a slot', () => {
  function beginBeside(waiting: number, pool: 'lanes' | 'slow-lanes' = 'lanes', slowRuns = 1) {
    const behind: string[] = [];
    const slotQueue = {
      waiting,
      comeBack: async ({ webhookId }: LaneWake) => void behind.push(webhookId),
    };
    const { lane, sender, runner } = begin({ slotQueue, slowRuns });
    const run = async (): Promise<void> => {
      sender.hold();
      const over = runner.run({ webhookId: TARGET.id }, pool);
      await eventually(() => expect(sender.inFlight).toBeGreaterThan(0));
      lane.owe('later');
      sender.reply = () => answer(200);
      sender.letGo();
      await over;
    };
    return { lane, sender, runner, behind, run };
  }

  test('one that has nothing more due goes behind them, with what comes meanwhile', async () => {
    const { lane, behind, run } = beginBeside(1);
    lane.owe('e1', 'e2');
    await run();
    expect(['e1', 'e2', 'later'].map((id) => lane.statusOf(id))).toEqual([
      'delivered',
      'delivered',
      'pending',
    ]);
    expect([behind, lane.wakes]).toEqual([[TARGET.id], []]);
  });

  test('one that has more due than its window holds goes on', async () => {
    const { lane, behind, run } = beginBeside(1);
    lane.owe('e1', 'e2', 'e3', 'e4');
    await run();
    expect(lane.statusOf('later')).toBe('delivered');
    expect(behind.length).toBeLessThanOrEqual(1);
  });

  test('one that hangs in its last try leaves its slot, and goes on then with what comes', async () => {
    const { lane, sender, runner, behind } = beginBeside(1);
    lane.owe('e1');
    sender.hold();
    await runner.run({ webhookId: TARGET.id }, 'lanes');
    expect([runner.running, lane.statusOf('e1')]).toEqual([1, 'pending']);
    sender.reply = () => answer(200);
    lane.owe('later');
    await eventually(() => expect(lane.statusOf('later')).toBe('delivered'));
    sender.letGo();
    await eventually(() => expect(runner.running).toBe(0));
    expect(behind).toEqual([]);
  });

  test('one that hangs in its last try while the places outside are taken takes what comes in its slot', async () => {
    const { lane, sender, runner } = beginBeside(1, 'lanes', 0);
    lane.owe('e1');
    sender.hold();
    const over = runner.run({ webhookId: TARGET.id }, 'lanes');
    await eventually(() => expect(sender.inFlight).toBe(1));
    sender.reply = () => answer(200);
    lane.owe('later');
    await eventually(() => expect(lane.statusOf('later')).toBe('delivered'));
    expect(lane.statusOf('e1')).toBe('pending');
    sender.letGo();
    await over;
  });

  test('one with a large window does not stop before it has taken all that is due', async () => {
    const { lane, sender, runner, behind } = beginBeside(1);
    lane.target = { ...TARGET, maxInFlight: 64 };
    lane.owe(...Array.from({ length: 300 }, (_, i) => `e${i}`));
    sender.reply = () => new Promise((resolve) => setTimeout(resolve, 5, answer(200)));
    await runner.run({ webhookId: TARGET.id }, 'lanes');
    expect(lane.settled).toHaveLength(300);
    expect(sender.mostInFlight).toBeGreaterThan(32);
    expect(behind).toEqual([]);
  });

  test('one that found a lost try asks for what else is due', async () => {
    const { lane, runner, behind } = beginBeside(1);
    lane.interrupted = [dueOf('lost')];
    lane.owe('e1');
    lane.trying.add('e1');
    lane.before = (call) => void (call.startsWith('settle') && lane.trying.delete('e1'));
    await runner.run({ webhookId: TARGET.id }, 'lanes');
    expect([lane.statusOf('e1'), behind]).toEqual(['delivered', []]);
  });

  test.each([
    ['nobody waits', 0, 'lanes'],
    ['its slot is none that they could have', 1, 'slow-lanes'],
  ] as const)('but it goes on when %s', async (_, waiting, pool) => {
    const { lane, behind, run } = beginBeside(waiting, pool);
    lane.owe('e1', 'e2');
    await run();
    expect(lane.statusOf('later')).toBe('delivered');
    expect(behind).toEqual([]);
  });
});

describe('Leases', () => {
  test('are prolonged while a run lives, one beat at a time', async () => {
    const { lane, sender, runner } = begin();
    lane.owe('e1');
    sender.hold();
    const run = runner.run({ webhookId: TARGET.id }, 'slow-lanes');
    const beats = (): number => lane.diary.filter((call) => call === 'renew').length;
    await eventually(() => expect(beats()).toBeGreaterThan(2));
    lane.renew = () => {
      lane.diary.push('renew');
      return new Promise(() => undefined);
    };
    const before = beats();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(beats()).toBe(before + 1);
    sender.letGo();
    await run;
  });

  test('that cannot be prolonged because Redis is away are no bug; anything else is', async () => {
    const { lane, sender, options, runner } = begin();
    lane.owe('e1');
    sender.hold();
    const run = runner.run({ webhookId: TARGET.id }, 'slow-lanes');
    lane.before = (call) => {
      if (call === 'renew') throw new HooklaneError('redis_unavailable', { detail: 'gone' });
    };
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(options.bugs).toEqual([]);
    lane.before = (call) => {
      if (call === 'renew') throw new TypeError('a bug');
    };
    await eventually(() => expect(options.bugs).toContainEqual(new TypeError('a bug')));
    sender.letGo();
    await run;
  });
});

test('A run that fails in its slot fails its job', async () => {
  const { lane, runner } = begin();
  lane.owe('e1');
  lane.before = () => {
    throw new HooklaneError('redis_unavailable', { detail: 'gone' });
  };
  await expect(runner.run({ webhookId: TARGET.id }, 'lanes')).rejects.toMatchObject({
    code: 'redis_unavailable',
  });
  expect(runner.running).toBe(0);
});

test('Two lanes run side by side', async () => {
  const { lane, sender, runner } = begin();
  lane.owe('e1');
  sender.reply = () => answer(200);
  await Promise.all([
    runner.run({ webhookId: TARGET.id }, 'lanes'),
    runner.run({ webhookId: 'wh_2' }, 'lanes'),
  ]);
  expect(runner.running).toBe(0);
});
