/**
 * The lane protocol against a simple model, with real Redis: dispatch, take, settle, crash, late results, wakes that are lost
 * or doubled, a clock that goes on, disable, delete, redrive, in random order. `HOOKLANE_MODEL_SEED` repeats a run; a
 * failure prints its seed.
 */
import { expect, test } from '@jest/globals';
import type { DueDelivery, LaneWake, Settlement, Take } from '@hooklane/core';
import fc from 'fast-check';
import {
  type Model,
  ModelLane,
  Named,
  type ModelRun,
  type ModelStatus,
  hold,
} from '../fixtures/lane-model.ts';
import { useStore } from '../fixtures/store-bench.ts';

const bench = useStore();
const WEBHOOKS = 2;
const RUNS = Number(process.env['HOOKLANE_MODEL_RUNS'] ?? 60);
const SEED = Number(process.env['HOOKLANE_MODEL_SEED'] ?? Date.now() % 2 ** 31);
const MAX_IN_FLIGHT = 5;
/** By then every lease and every wait is over. */
const DRAIN_ROUNDS = 12;

type End = 'delivered' | 'retry' | 'dead';

const now = (): number => bench.clock.now();

function laneOf(model: Model, pick: number): ModelLane {
  return model.lanes[pick % model.lanes.length]!;
}

function keep(model: Model, wakes: readonly LaneWake[]): void {
  for (const wake of wakes) {
    model.lanes.find(({ webhook }) => webhook.id === wake.webhookId)?.wakes.push(wake);
  }
}

function settlementOf(due: DueDelivery, end: End | 'interrupted' | 'unwanted', delay = 0): Settlement {
  const retry = { kind: 'retry', at: now() + delay } as const;
  switch (end) {
    case 'delivered':
      return bench.tried(due);
    case 'retry':
      return bench.tried(due, { disposition: retry });
    case 'dead':
      return bench.tried(due, { disposition: { kind: 'dead', reason: 'exhausted' } });
    case 'interrupted':
      return bench.tried(due, {
        disposition: retry,
        outcome: 'interrupted',
        charged: false,
        statusCode: null,
      });
    case 'unwanted': {
      const disposition = { kind: 'dead', reason: 'webhook_deleted' } as const;
      return { delivery: due, attempt: null, charged: false, disposition };
    }
  }
}

const STATUS = {
  delivered: 'delivered',
  retry: 'owed',
  dead: 'dead',
  interrupted: 'owed',
  unwanted: 'unwanted',
} as const satisfies Record<string, ModelStatus>;

/** Hands in results of one run, to Redis and to the model. */
async function settleAs(
  lane: ModelLane,
  run: string,
  results: readonly { due: DueDelivery; end: keyof typeof STATUS; delay?: number }[],
): Promise<void> {
  if (results.length === 0) return;
  const settlements = results.map(({ due, end, delay }) => settlementOf(due, end, delay));
  // The run that has the lane says so when it has nothing else in flight.
  const others = [...lane.trying].filter((id) => !results.some(({ due }) => due.eventId === id));
  const mayEnd = others.length === 0;
  const { owner, asleep } = await bench.settle(lane.webhook, settlements, { run, mayEnd });
  for (const { due, end, delay = 0 } of results) {
    lane.settle(due.eventId, STATUS[end], { owner, dueAt: now() + delay });
  }
  if (!asleep) return;
  expect([lane.owed(), lane.deleted, mayEnd, owner]).toEqual([[], false, true, true]);
  lane.letGo();
}

/** A run asks, and the answer is held against the model. */
async function takeAs(
  model: Model,
  lane: ModelLane,
  { limit, wake }: { limit: number; wake?: LaneWake },
): Promise<Take> {
  const { live } = lane;
  // A wake begins a run of its own; without one the live run asks for more.
  const fresh = wake !== undefined || live === null;
  const run: ModelRun = fresh ? { run: `run-${++model.runs}`, held: new Map(), leaseUntil: 0 } : live;
  const request = { webhookId: lane.webhook.id, run: run.run, limit, now: now(), mark: wake?.mark };
  const take = await bench.store.lanes.take(request);
  const taken = [live, ...lane.ghosts].some((other) => other !== run && (other?.leaseUntil ?? 0) > now());
  if (take.kind === 'busy') {
    // A wake that was served already ends as well.
    expect(taken || wake?.mark !== undefined).toBe(true);
    return take;
  }
  // With the last of a deleted webhook its lease goes as well: there is nothing left to hold.
  const isGone = take.kind === 'deleted' && take.due.length === 0;
  expect(fresh && taken && !isGone).toBe(false);
  if (fresh) lane.orphan();
  lane.expireGhosts();
  await check(lane, run, { take, fresh, limit });
  return take;
}

async function check(
  lane: ModelLane,
  run: ModelRun,
  { take, fresh, limit }: { take: Take; fresh: boolean; limit: number },
): Promise<void> {
  const ids = (list: readonly DueDelivery[]): string[] => list.map(({ eventId }) => eventId);
  switch (take.kind) {
    case 'paused':
      expect([lane.enabled, lane.deleted]).toEqual([false, false]);
      return lane.letGo();
    case 'idle':
      expect(lane.due(now())).toEqual([]);
      return lane.letGo();
    case 'deleted':
      expect(lane.deleted).toBe(true);
      if (take.due.length === 0) {
        expect(lane.owed()).toEqual([]);
        return lane.letGo();
      }
      await settleAs(
        lane,
        run.run,
        take.due.map((due) => ({ due, end: 'unwanted' })),
      );
      break;
    case 'nothing_due':
      break;
    case 'work': {
      const lost = lane.owed().filter(({ eventId }) => lane.trying.has(eventId));
      expect(ids(take.interrupted).toSorted()).toEqual(
        fresh ? lost.map(({ eventId }) => eventId).toSorted() : [],
      );
      const due = new Set(lane.due(now()).map(({ eventId }) => eventId));
      for (const id of ids(take.due)) expect(due).toContain(id);
      expect(take.due.length).toBeLessThanOrEqual(Math.min(limit, MAX_IN_FLIGHT - lane.trying.size));
      if (take.due.length > 0) expect(lane.enabled).toBe(true);
      for (const delivery of take.due) {
        run.held.set(delivery.eventId, delivery);
        lane.trying.add(delivery.eventId);
      }
      await settleAs(
        lane,
        run.run,
        take.interrupted.map((lostTry) => ({ due: lostTry, end: 'interrupted' })),
      );
      break;
    }
    case 'busy':
      return;
  }
  hold(run, now(), fresh);
  lane.live = run;
}

const pick = fc.nat(WEBHOOKS - 1);

const dispatch = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.boolean()).map(([count, lost]) => {
  const act = async (model: Model): Promise<void> => {
    const events = Array.from({ length: count }, () => bench.event());
    const { results, wakes } = await bench.store.dispatch(events);
    const open = model.lanes.filter(({ enabled, deleted }) => enabled && !deleted);
    for (const [i, { id }] of events.entries()) {
      expect(results[i]).toEqual(
        open.length > 0 ? { deliveries: open.length } : { none: 'no_matching_webhook' },
      );
      for (const lane of open) lane.deliveries.set(id, { eventId: id, status: 'owed', dueAt: now() });
    }
    // The same events once more: nothing is added.
    const again = await bench.store.dispatch(events.slice(0, 1));
    expect(again.results).toEqual([{ none: 'duplicate' }]);
    if (!lost) keep(model, wakes);
  };
  return new Named(`dispatch ${count}${lost ? ', wake lost' : ''}`, act);
});

const takeMore = fc.tuple(pick, fc.integer({ min: 1, max: 4 })).map(([which, limit]) => {
  const act = async (model: Model): Promise<void> =>
    void (await takeAs(model, laneOf(model, which), { limit }));
  return new Named(`take ${limit} of ${which}`, act);
});

const wakeUp = fc.tuple(pick, fc.boolean()).map(([which, doubled]) => {
  const act = async (model: Model): Promise<void> => {
    const lane = laneOf(model, which);
    const wake = doubled ? lane.wakes[0] : lane.wakes.shift();
    if (wake !== undefined) await takeAs(model, lane, { limit: 3, wake });
  };
  return new Named(
    `wake ${which}${doubled ? ', doubled' : ''}`,
    act,
    (model) => laneOf(model, which).wakes.length > 0,
  );
});

const settle = fc
  .tuple(pick, fc.constantFrom<End>('delivered', 'retry', 'dead'), fc.nat(20_000))
  .map(([which, end, delay]) => {
    const act = async (model: Model): Promise<void> => {
      const lane = laneOf(model, which);
      const run = lane.live!;
      const [due] = run.held.values() as Iterable<DueDelivery>;
      run.held.delete(due!.eventId);
      await settleAs(lane, run.run, [{ due: due!, end, delay }]);
    };
    return new Named(
      `settle one of ${which}: ${end}`,
      act,
      (m) => (laneOf(m, which).live?.held.size ?? 0) > 0,
    );
  });

const giveBack = pick.map((which) => {
  const act = async (model: Model): Promise<void> => {
    const lane = laneOf(model, which);
    const wake = await bench.store.lanes.release(lane.webhook.id, lane.live!.run);
    lane.letGo();
    if (wake !== null) keep(model, [wake]);
  };
  return new Named(`give ${which} back`, act, (model) => laneOf(model, which).live?.held.size === 0);
});

const crash = pick.map((which) => {
  const act = (model: Model): Promise<void> => Promise.resolve(laneOf(model, which).orphan());
  return new Named(`crash of ${which}`, act, (model) => laneOf(model, which).live !== null);
});

const lateResult = fc.tuple(pick, fc.constantFrom<End>('delivered', 'retry', 'dead')).map(([which, end]) => {
  const act = async (model: Model): Promise<void> => {
    const lane = laneOf(model, which);
    const ghost = lane.ghosts.find(({ held }) => held.size > 0)!;
    const [due] = ghost.held.values() as Iterable<DueDelivery>;
    ghost.held.delete(due!.eventId);
    await settleAs(lane, ghost.run, [{ due: due!, end }]);
  };
  const may = (model: Model): boolean => laneOf(model, which).ghosts.some(({ held }) => held.size > 0);
  return new Named(`late result of ${which}: ${end}`, act, may);
});

/** On, or back: lanes of a disabled webhook keep their times then, so that there must be none. */
const strides = fc.oneof(fc.integer({ min: 1, max: 30_000 }), fc.integer({ min: -60_000, max: -3000 }));
const clock = strides.map((ms) => {
  const act = async (model: Model): Promise<void> => {
    if (ms > 0) return bench.clock.advance(ms);
    await bench.store.lanes.sweep();
    bench.clock.advance(ms);
    expect(await bench.store.lanes.followClock()).toBe(-ms);
    for (const lane of model.lanes) lane.goBack(now(), -ms);
  };
  const may = ({ lanes }: Model): boolean => ms > 0 || lanes.every((one) => one.enabled || one.deleted);
  return new Named(`clock ${ms}`, act, may);
});

const sweep = fc.boolean().map((lost) => {
  const act = async (model: Model): Promise<void> => {
    const wakes = await bench.store.lanes.sweep();
    if (!lost) keep(model, wakes);
  };
  return new Named(`sweep${lost ? ', wakes lost' : ''}`, act);
});

const setEnabled = fc.tuple(pick, fc.boolean()).map(([which, enabled]) => {
  const act = async (model: Model): Promise<void> => {
    const lane = laneOf(model, which);
    await bench.store.webhooks.updateWebhook(lane.webhook.id, { enabled });
    lane.enabled = enabled;
  };
  return new Named(
    `${enabled ? 'enable' : 'disable'} ${which}`,
    act,
    (model) => !laneOf(model, which).deleted,
  );
});

const remove = pick.map((which) => {
  const act = async (model: Model): Promise<void> => {
    const lane = laneOf(model, which);
    await bench.store.webhooks.deleteWebhook(lane.webhook.id);
    lane.deleted = true;
  };
  return new Named(`delete ${which}`, act, (model) => !laneOf(model, which).deleted);
});

const redrive = fc.tuple(pick, fc.nat(10)).map(([which, nth]) => {
  const act = async (model: Model): Promise<void> => {
    const lane = laneOf(model, which);
    const all = [...lane.deliveries.values()];
    const delivery = all[nth % all.length]!;
    const { results, wakes } = await bench.store.deliveries.redeliverMany([
      `${delivery.eventId}.${lane.webhook.id}`,
    ]);
    const owed = delivery.status === 'owed';
    expect(results).toEqual([owed ? 'in_progress' : lane.deleted ? 'webhook_missing' : 'queued']);
    if (results[0] === 'queued') Object.assign(delivery, { status: 'owed', dueAt: now() });
    keep(model, wakes);
  };
  return new Named(`redrive ${nth} of ${which}`, act, (model) => laneOf(model, which).deliveries.size > 0);
});

/** From here on nothing goes wrong, but every wake so far is lost: the sweep alone must find all that is owed. */
async function drain(model: Model): Promise<void> {
  for (const lane of model.lanes) {
    lane.orphan();
    if (lane.deleted || lane.enabled) continue;
    await bench.store.webhooks.updateWebhook(lane.webhook.id, { enabled: true });
    lane.enabled = true;
  }
  for (let round = 0; round < DRAIN_ROUNDS; round += 1) {
    bench.clock.advance(10_000);
    for (const wake of await bench.store.lanes.sweep()) {
      const lane = model.lanes.find(({ webhook }) => webhook.id === wake.webhookId)!;
      await runToTheEnd(model, lane, wake);
    }
  }
}

async function runToTheEnd(model: Model, lane: ModelLane, wake: LaneWake): Promise<void> {
  let take = await takeAs(model, lane, { limit: 10, wake });
  for (let turns = 0; take.kind === 'work' || (take.kind === 'deleted' && take.due.length > 0); turns += 1) {
    expect(turns).toBeLessThan(200);
    const run = lane.live!;
    const held = [...(run.held.values() as Iterable<DueDelivery>)];
    run.held.clear();
    await settleAs(
      lane,
      run.run,
      held.map((due) => ({ due, end: 'delivered' })),
    );
    take = await takeAs(model, lane, { limit: 10 });
  }
  if (take.kind !== 'busy') lane.orphan();
}

/** Every delivery is where the model says, and nothing is left in a lane. */
async function expectAgreement(model: Model): Promise<void> {
  for (const lane of model.lanes) {
    expect(lane.owed()).toEqual([]);
    expect(await bench.raw.zcard(`{h0}:lane:${lane.webhook.id}`)).toBe(0);
    for (const { eventId, status } of lane.deliveries.values()) {
      const event = await bench.store.deliveries.getEvent(eventId);
      const found = event?.deliveries.find(({ webhookId }) => webhookId === lane.webhook.id);
      const known = found?.reason === 'webhook_deleted' ? 'unwanted' : found?.status;
      expect([eventId, known]).toEqual([eventId, status]);
    }
  }
}

test(`whatever happens in whatever order, every delivery ends where it should (seed ${SEED})`, async () => {
  const commands = [
    dispatch,
    dispatch,
    takeMore,
    takeMore,
    wakeUp,
    settle,
    settle,
    settle,
    giveBack,
    crash,
    lateResult,
  ];
  const all = fc.commands([...commands, clock, sweep, setEnabled, remove, redrive], {
    maxCommands: 80,
    size: 'max',
  });
  const property = fc.asyncProperty(all, async (steps) => {
    await bench.redis.flush();
    const webhooks = [];
    for (let i = 0; i < WEBHOOKS; i += 1) webhooks.push(await bench.webhook({ maxInFlight: MAX_IN_FLIGHT }));
    const model: Model = { lanes: webhooks.map((webhook) => new ModelLane(webhook)), runs: 0 };
    await fc.asyncModelRun(() => ({ model, real: bench }), steps);
    await drain(model);
    await expectAgreement(model);
  });
  await fc.assert(property, { numRuns: RUNS, seed: SEED, endOnFailure: false });
}, 120_000);
