/**
 * One run of one lane: take what is due ▶ attempt ▶ settle ▶ take …, with a sliding window of tries in flight,
 * for a bounded slice of time. One run has a lane at a time; the store sees to that.
 */
import { setTimeout as pause } from 'node:timers/promises';
import {
  type Breaker,
  CLOSED_BREAKER,
  DEFAULT_MAX_IN_FLIGHT,
  type DueDelivery,
  type Settlement,
  type Take,
  type WebhookTarget,
} from '@hooklane/core';
import { afterTry, sameBreaker, windowOf } from './breaker.ts';
import { deadLettersOf } from './dead-letter.ts';
import { type NoticeDraft, noticeOfBatch } from './notice-of.ts';
import type { LaneDeps } from './lane-deps.ts';
import { giveUp, interruptedAttempt, runAttempt } from './run-attempt.ts';

/** Waits between the tries to write results, ms: shorter in all than a delivery's lease outlasts its request. */
const WRITE_RETRY_MS: readonly number[] = [100, 400, 1000, 2000, 4000];

/** When a lane is looked at again whose run failed, ms. */
const AGAIN_MS = 1000;

/** How long a delivery waits whose try ended in a bug of ours, ms. */
const BUG_DELAY_MS = 30_000;

/**
 * How many results are gathered before they are written, and for how long, ms: as long as the last call took, within these bounds.
 * While Redis or this process is busy, fewer and larger calls are what helps both: then as many as the window has.
 */
const GATHERED = 16;
const GATHER_MS = 2;
const LONGEST_GATHER_MS = 20;

/** A run. */
export class LaneRun {
  readonly webhookId: string;
  readonly run: string;
  readonly #mark: string | undefined;
  readonly #deps: LaneDeps;
  readonly #abort = new AbortController();
  readonly #endAt: number;
  readonly #started = new Map<DueDelivery, number>();
  #finished: Settlement[] = [];
  #breaker: Breaker = { ...CLOSED_BREAKER };
  #written: Breaker = this.#breaker;
  #webhook: WebhookTarget | null = null;
  #leaving = false;
  /** All that was due has begun. */
  #isDrained = false;
  /** Its slot is for a lane that waits: what comes now would come in ones and twos, each with calls of its own, and later at once. */
  #makesRoom = false;
  #mayMakeRoom = true;
  #salvaging = false;
  /** Another run has the lane: what has not begun here is its business. */
  #isLost = false;
  #callMs = 0;
  #notify: () => void = () => undefined;

  constructor(deps: LaneDeps, hint: { webhookId: string; mark?: string | undefined }, run: string) {
    this.#deps = deps;
    this.webhookId = hint.webhookId;
    this.#mark = hint.mark;
    this.run = run;
    this.#endAt = deps.now() + deps.sliceMs;
  }

  /** Tries in flight. */
  get inFlight(): number {
    return this.#started.size;
  }

  /** Tries that may be in flight at once. */
  get window(): number {
    return windowOf(this.#breaker, this.#cap());
  }

  /** Takes nothing more; what is in flight may end. */
  leave(): void {
    this.#leaving = true;
    this.#notify();
  }

  /** Ends what is in flight; it goes back into the lane uncharged, as `interrupted`. */
  abort(): void {
    this.leave();
    this.#abort.abort();
  }

  /** How long the oldest try has been in flight, ms. */
  oldestMs(): number {
    const [oldest] = this.#started.values();
    return oldest === undefined ? 0 : this.#deps.now() - oldest;
  }

  /** Others have its slot already. It goes on as long as it likes. */
  leaveSlot(): void {
    this.#makesRoom = this.#mayMakeRoom = false;
  }

  /** Its last try hangs, and there is no place outside the slots: it makes no room then, but takes what comes. */
  keepSlot(): void {
    this.#makesRoom = false;
  }

  /** From now on the lane counts as a slow one. */
  markSlow(): void {
    if (!this.#breaker.slow) this.#breaker = { ...this.#breaker, slow: true };
  }

  /**
   * Runs until nothing is due, the slice is over, or it was told to leave. Fails only with the lane's Redis; then what
   * could not be written is tried again by the next run, because its lease ends, and the lane is woken after a second if Redis takes that.
   */
  async work(): Promise<void> {
    try {
      while ((await this.#turn()) === 'on');
    } catch (error) {
      await this.#salvage();
      await this.#comeAgain();
      throw error;
    }
  }

  async #turn(): Promise<'end' | 'on'> {
    const ending = this.#leaving || this.#makesRoom || this.#deps.now() >= this.#endAt;
    const results = this.#finished;
    this.#finished = [];
    // First the letters, then the states: a crash between the two repeats a letter, which is harmless.
    await this.#announce(results);
    const take = await this.#exchange(results, ending);
    if (take === 'end') return 'end';
    if (this.#finished.length > 0) return 'on';
    if (this.inFlight > 0) await this.#wait(!this.#leaving && this.#free() > 0);
    else if (ending) {
      await this.#giveBack();
      return 'end';
    } else if (take?.kind === 'nothing_due') await pause(this.#deps.pollMs);
    return 'on';
  }

  /** Hands in results and asks for more, unless the run is about to end; null: it did not ask. */
  async #exchange(results: readonly Settlement[], ending: boolean): Promise<Take | 'end' | null> {
    const isLast = this.inFlight + this.#finished.length === 0;
    const mayEnd = isLast && (ending || this.#isDrained);
    const free = ending || (mayEnd && results.length > 0) ? 0 : this.#free();
    // Both calls leave in one round trip.
    const begun = this.#deps.now();
    const settling = this.#settle(results, mayEnd);
    const taking = free > 0 ? this.#take(free) : null;
    // Results are written before a call that failed ends the run.
    await Promise.allSettled([settling, taking]);
    const [isOver, take] = await Promise.all([settling, taking]);
    this.#callMs = this.#deps.now() - begun;
    if (isOver) return 'end';
    return take && (await this.#accept(take, free)) === 'end' ? 'end' : take;
  }

  /** After a failure: what is in flight ends and is written if that is possible. Never throws. */
  async #salvage(): Promise<void> {
    this.#leaving = true;
    this.#salvaging = true;
    try {
      while (this.inFlight > 0) await new Promise<void>((resolve) => (this.#notify = resolve));
      const results = this.#finished;
      this.#finished = [];
      await this.#announce(results);
      await this.#settle(results);
      await this.#deps.lanes.release(this.webhookId, this.run);
    } catch {
      // The failure that brought us here is reported; the leases bring these deliveries back.
    }
  }

  /** For a lane that was given back, and for one that this run never had. Never throws: what cannot be written is left to the sweep. */
  async #comeAgain(): Promise<void> {
    const pool = this.#breaker.slow ? 'slow-lanes' : 'lanes';
    const wake = { webhookId: this.webhookId, pool, at: this.#deps.now() + AGAIN_MS } as const;
    await this.#deps.wakes.wake([wake]).catch(() => undefined);
  }

  #free(): number {
    return this.window - this.inFlight;
  }

  #cap(): number {
    return this.#webhook?.maxInFlight ?? DEFAULT_MAX_IN_FLIGHT;
  }

  #take(limit: number): Promise<Take> {
    const { webhookId, run } = this;
    return this.#deps.lanes.take({ webhookId, run, limit, now: this.#deps.now(), mark: this.#mark });
  }

  async #accept(take: Take, asked: number): Promise<'end' | 'on'> {
    switch (take.kind) {
      case 'work':
        this.#isLost = false;
        this.#begin(take);
        // The first time nobody knows yet how large the window is. What was lost comes alone.
        this.#isDrained =
          take.due.length < Math.min(asked, this.window) &&
          take.interrupted.length + take.lapsed.length === 0;
        this.#makesRoom = this.#isDrained && this.#mayMakeRoom && (this.#deps.slotQueue?.waiting ?? 0) > 0;
        return 'on';
      case 'nothing_due':
        this.#isDrained = true;
        return 'on';
      case 'deleted':
        this.#finished.push(...take.due.map((due) => giveUp(due, 'webhook_deleted')));
        return take.due.length === 0 ? this.#leaveOrEnd() : 'on';
      case 'idle':
        if (take.wake && take.nextDueAt !== null) {
          await this.#deps.wakes.wake([{ webhookId: this.webhookId, pool: take.pool, at: take.nextDueAt }]);
        }
        return 'end';
      case 'busy':
      case 'paused':
        this.#isLost = take.kind === 'busy';
        // Another run has the lane, or a person stopped it: what is in flight still gets settled.
        return this.#leaveOrEnd();
    }
  }

  #leaveOrEnd(): 'end' | 'on' {
    this.#leaving = true;
    return this.inFlight === 0 && this.#finished.length === 0 ? 'end' : 'on';
  }

  #begin(take: Extract<Take, { kind: 'work' }>): void {
    if (this.#webhook === null) this.#breaker = this.#written = take.breaker;
    if (take.webhook) this.#webhook = take.webhook;
    const now = this.#deps.now();
    this.#finished.push(
      ...take.interrupted.map((due) => interruptedAttempt(due, now)),
      ...take.lapsed.map((due) => giveUp(due, 'lane_open')),
    );
    for (const due of take.due) this.#start(due);
  }

  #start(due: DueDelivery): void {
    const webhook = this.#webhook;
    if (!webhook) return;
    const probe = this.#breaker.state === 'open';
    // What waits for its turn does not hang.
    this.#started.set(due, Infinity);
    const begin = (leave: () => void): void => void this.#try(webhook, due, { probe, leave });
    if (this.#deps.tryLimit) this.#deps.tryLimit.enter(begin);
    else begin(() => undefined);
  }

  async #try(
    webhook: WebhookTarget,
    due: DueDelivery,
    { probe, leave }: { probe: boolean; leave: () => void },
  ): Promise<void> {
    let settlement: Settlement | null = null;
    try {
      settlement = this.#mayBegin ? await this.#attempt(webhook, due) : this.#handBack(due);
      this.#report(settlement, probe);
    } finally {
      leave();
      this.#started.delete(due);
      if (settlement) this.#finished.push(settlement);
      this.#notify();
    }
  }

  /** What waits for its turn while the run ends with an error, is ended, or loses the lane to another is not begun any more. */
  get #mayBegin(): boolean {
    return !this.#salvaging && !this.#isLost && !this.#abort.signal.aborted;
  }

  async #attempt(webhook: WebhookTarget, due: DueDelivery): Promise<Settlement> {
    this.#started.set(due, this.#deps.now());
    try {
      return await runAttempt(this.#deps, webhook, due, this.#abort.signal);
    } catch (error) {
      return this.#bug(due, error);
    }
  }

  /** Nothing was tried, and nothing is told of it. */
  #handBack(due: DueDelivery, afterMs = 0): Settlement {
    const at = this.#deps.now() + afterMs;
    return { delivery: due, attempt: null, charged: false, disposition: { kind: 'retry', at } };
  }

  /** A bug must not lose the delivery, nor spin. */
  #bug(due: DueDelivery, error: unknown): Settlement {
    this.#deps.onBug(error);
    return this.#handBack(due, BUG_DELAY_MS);
  }

  #report({ attempt, delivery }: Settlement, probe: boolean): void {
    if (!attempt || attempt.fault === 'ours') return;
    const report = {
      ok: attempt.outcome === 'ok',
      eventId: delivery.eventId,
      probe,
      durationMs: attempt.durationMs,
      now: this.#deps.now(),
      random: this.#deps.random(),
      cap: this.#cap(),
    };
    this.#breaker = afterTry(this.#breaker, report, this.#deps.breaker);
  }

  async #announce(results: readonly Settlement[]): Promise<void> {
    const letters = this.#webhook ? deadLettersOf(this.#webhook, results, this.#deps.now()) : [];
    if (letters.length > 0) await this.#persist(() => this.#deps.deadLetters.addDeadLetters(letters));
  }

  /** Resolves to whether the run is over. `mayEnd`: it is, if nothing is left in the lane. */
  async #settle(settlements: readonly Settlement[], mayEnd = false): Promise<boolean> {
    if (settlements.length === 0) return false;
    const { webhookId, run } = this;
    const now = this.#deps.now();
    const breaker = sameBreaker(this.#breaker, this.#written) ? null : this.#breaker;
    this.#written = this.#breaker;
    const { owner, streak, asleep } = await this.#persist(() =>
      this.#deps.lanes.settle({ webhookId, run, settlements, breaker, now, mayEnd }),
    );
    this.#isLost = !owner;
    if (!this.#webhook) return asleep;
    for (const settlement of settlements)
      if (!isHandedBack(settlement)) this.#deps.onSettled(this.#webhook, settlement);
    const about = { webhook: this.#webhook, disableAfterMs: this.#deps.disableAfterMs };
    const draft = noticeOfBatch(settlements, streak, about);
    if (draft) await this.#tell(draft);
    return asleep;
  }

  /** Results are worth some patience: what is lost here is sent to the receiver once more. */
  async #persist<T>(write: () => Promise<T>): Promise<T> {
    for (const wait of this.#deps.writeRetryMs ?? WRITE_RETRY_MS) {
      try {
        return await write();
      } catch {
        await pause(wait);
      }
    }
    return write();
  }

  async #tell(draft: NoticeDraft): Promise<void> {
    const { notices, wakes, onNotice, now } = this.#deps;
    const raised = await this.#persist(() => notices.raise({ ...draft, laneId: this.webhookId, now: now() }));
    if (raised === null) return;
    onNotice(raised.notice);
    if (raised.wakes.length > 0) await wakes.wake(raised.wakes);
  }

  /**
   * Until tries end, or (with free window) until it is time to look for more. Results are gathered for a moment, because
   * a call for eight costs little more than a call for one; what is alone in flight never waits.
   */
  async #wait(poll: boolean): Promise<void> {
    if (this.#finished.length === 0) await this.#signal(1, poll ? this.#deps.pollMs : null);
    if (this.inFlight === 0 || this.#finished.length === 0) return;
    const busyMs = this.#deps.gatherMs?.() ?? 0;
    const least = Math.max(GATHER_MS, busyMs);
    const results = busyMs > 0 ? Math.max(GATHERED, this.window) : GATHERED;
    await this.#signal(results, Math.min(LONGEST_GATHER_MS, Math.max(least, this.#callMs)));
  }

  /** Until that many results are there, nothing is in flight, or the time is over. */
  async #signal(results: number, ms: number | null): Promise<void> {
    if (this.#finished.length >= results) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#notify = () => {
        if (this.#finished.length >= results || this.inFlight === 0 || this.#leaving) resolve();
      };
      if (ms !== null) timer = setTimeout(resolve, ms);
    });
    clearTimeout(timer);
    this.#notify = () => undefined;
  }

  async #giveBack(): Promise<void> {
    const wake = await this.#deps.lanes.release(this.webhookId, this.run);
    const { slotQueue, wakes } = this.#deps;
    if (wake) await (this.#makesRoom && slotQueue ? slotQueue.comeBack(wake) : wakes.wake([wake]));
  }
}

/** It comes back without a try. */
function isHandedBack({ attempt, disposition }: Settlement): boolean {
  return attempt === null && disposition.kind === 'retry';
}
