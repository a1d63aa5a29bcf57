/** The lane protocol as calls: take, settle, release, renew, sweep. Each is one script. */
import type {
  Attempt,
  Breaker,
  DueDelivery,
  EventType,
  LanePool,
  LaneWake,
  Settlement,
  Take,
} from '@hooklane/core';
import { type BreakerReply, decodeBreaker, encodeBreaker } from './breaker-text.ts';
import { decodeState, encodeState, statusLetter } from './delivery-state.ts';
import { readWakes } from './dispatch.ts';
import { type StreakNews, readStreakNews, verdictOf } from './streak.ts';
import { tallyOf } from './tally.ts';
import { AWAKE_MS, type StoreContext } from './store-context.ts';
import { type CachedTarget, TargetCache, flatToRecord, readTarget } from './webhook-record.ts';

/** A run asks for due deliveries. */
export interface TakeRequest {
  webhookId: string;
  /** Names the run; one run has a lane at a time. */
  run: string;
  /** How many at most. */
  limit: number;
  /** Mark of the wake that began the run. */
  mark?: string | undefined;
  /** The caller's clock, to which the times in the answer belong. */
  now: number;
}

/** A run hands in what became of its tries. */
export interface SettleRequest {
  webhookId: string;
  run: string;
  settlements: readonly Settlement[];
  /** null: unchanged. */
  breaker: Breaker | null;
  /** The caller's clock, to which the times in dispositions and breaker belong. */
  now: number;
  /** The run has nothing else in flight, and is over if nothing is left in the lane. */
  mayEnd?: boolean;
}

/** Lanes older than this without anybody looking are late. */
const SWEEP_GRACE_MS = 1000;
const SWEEP_LANES = 500;
const SWEEP_STEPS = 20;

/** Servers that take over from each other tell times that differ a little, ms. */
const LEAST_STEP_MS = 2000;
/** Redis serves nobody else during a call: 1 to 2 ms. In a round there are so many calls at most. */
const FOLLOWED_PER_CALL = 250;
const FOLLOW_CALLS = 500;

const NO_BODY = new Uint8Array();

/** Nearly every delivery. */
const UNTRIED = decodeState('p');

/** Reads the lines of `take`. */
function readDue(text: string): DueDelivery[] {
  return text === '' ? [] : text.split('\n').map(readDueLine);
}

function readDueLine(line: string): DueDelivery {
  const [eventId = '', type = '', stateText = '', accepted = '', test, traceparent] = line.split('\t');
  const state = stateText === 'p' ? UNTRIED : decodeState(stateText);
  const acceptedAt = Number(accepted);
  return {
    eventId,
    type: type as EventType,
    body: NO_BODY,
    tries: state.tries,
    charged: state.charged,
    acceptedAt,
    scheduledFrom: state.scheduledFrom || acceptedAt,
    ...(test === '1' ? { isTest: true } : {}),
    ...(traceparent ? { traceparent } : {}),
  };
}

const WHAT = { delivered: 'v', retry: 'r', dead: 'x' } as const;

/** The state to write; without a try the script keeps what the old one says of the last try. */
function stateAfter({ delivery, attempt, charged, disposition }: Settlement): string {
  const status = disposition.kind === 'retry' ? 'retrying' : disposition.kind;
  const reason = disposition.kind === 'dead' ? disposition.reason : null;
  if (!attempt) return `~${disposition.kind === 'retry' ? 'r' : statusLetter(status)}|${reason ?? ''}`;
  return encodeState({
    status,
    tries: attempt.number,
    charged: delivery.charged + (charged ? 1 : 0),
    scheduledFrom: delivery.scheduledFrom === delivery.acceptedAt ? 0 : delivery.scheduledFrom,
    lastAt: attempt.startedAt,
    lastMs: attempt.durationMs,
    lastCode: attempt.statusCode,
    lastOutcome: attempt.outcome,
    reason,
  });
}

/** The history of a failed try. While memory is short it goes without what the receiver answered. */
function historyOf(attempt: Attempt | null, sheds: boolean): string {
  // A success is in the state, where it costs nothing; that of a test send has an answer to keep.
  if (attempt === null || (attempt.outcome === 'ok' && attempt.response === null)) return '';
  if (!sheds || attempt.response === null) return JSON.stringify(attempt);
  return JSON.stringify({ ...attempt, response: { headers: {}, body: '', truncated: true } });
}

function settlementArgs(settlement: Settlement, now: number, sheds: boolean): (string | number)[] {
  const { delivery, attempt, disposition } = settlement;
  const unwanted = disposition.kind === 'dead' && disposition.reason === 'webhook_deleted';
  const delay = disposition.kind === 'retry' ? Math.max(0, Math.round(disposition.at - now)) : 0;
  const line = attempt
    ? `${attempt.number}|${attempt.outcome}|${attempt.statusCode ?? ''}|${Math.round(attempt.durationMs)}`
    : '';
  const history = historyOf(attempt, sheds);
  const what = unwanted ? 'g' : WHAT[disposition.kind];
  const args = [delivery.eventId, stateAfter(settlement), line];
  // Nearly every try: nothing more to say.
  if (what === 'v' && history === '') return [what, ...args];
  return [what === 'v' ? 'w' : what, ...args, delay, history];
}

/** The lane calls of the store. */
export class Lanes {
  readonly #context: StoreContext;
  readonly #targets = new TargetCache();

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /** Leases due deliveries to a run, or lets the lane sleep. */
  async take(request: TakeRequest): Promise<Take> {
    const { webhookId, run, limit, mark } = request;
    const cached = this.#targets.get(webhookId);
    const { now, leaseMs, lapseMs } = this.#context;
    const args = [now(), webhookId, run, limit, cached?.version ?? 0, AWAKE_MS, leaseMs, lapseMs, mark ?? ''];
    const begun = performance.now();
    const reply = (await this.#context.run('take', args)) as [string, ...unknown[]];
    // Distances in the answer count from its making: a wake for a time that is too early would find nothing.
    const answeredAt = request.now + (this.#context.clock ? 0 : Math.round(performance.now() - begun));
    switch (reply[0]) {
      case 'busy':
      case 'paused':
      case 'nothing_due':
        return { kind: reply[0] };
      case 'deleted':
        this.#targets.delete(webhookId);
        return { kind: 'deleted', due: readDue(reply[1] as string) };
      case 'idle':
        return {
          kind: 'idle',
          nextDueAt: reply[1] === '' ? null : answeredAt + Number(reply[1]),
          wake: reply[2] === '1',
          pool: reply[3] as LanePool,
        };
      default:
        return this.#readWork({ webhookId, at: answeredAt, cached }, reply);
    }
  }

  async #readWork(
    { webhookId, at, cached }: { webhookId: string; at: number; cached: CachedTarget | undefined },
    reply: readonly unknown[],
  ): Promise<Take> {
    const fields = flatToRecord(reply[1]);
    const target = fields['version'] ? readTarget(webhookId, fields, this.#context.secrets) : cached;
    if (target && target !== cached) this.#targets.set(webhookId, target);
    return {
      kind: 'work',
      webhook: target ? target.current(at) : null,
      breaker: decodeBreaker(reply[2] as BreakerReply, at),
      due: await this.#addBodies(webhookId, readDue(reply[3] as string)),
      interrupted: readDue(reply[4] as string),
      lapsed: readDue(reply[5] as string),
    };
  }

  /** Mostly they are here already. An event that expired in this moment leaves the lane, as it does in `take`. */
  async #addBodies(webhookId: string, due: DueDelivery[]): Promise<DueDelivery[]> {
    const { bodies, keys } = this.#context;
    const missing: DueDelivery[] = [];
    for (const delivery of due) {
      const body = bodies.get(delivery.eventId, delivery.acceptedAt);
      if (body === undefined) missing.push(delivery);
      else delivery.body = body;
    }
    if (missing.length === 0) return due;
    const read = await this.#context.call((redis) =>
      Promise.all(missing.map(({ eventId }) => redis.hgetBuffer(keys.event(eventId), 'b'))),
    );
    const gone = new Set<DueDelivery>();
    for (const [i, delivery] of missing.entries()) {
      const body = read[i];
      if (body === null || body === undefined) gone.add(delivery);
      else delivery.body = bodies.set(delivery.eventId, delivery.acceptedAt, body);
    }
    if (gone.size === 0) return due;
    const ids = [...gone].map(({ eventId }) => eventId);
    await this.#context.call((redis) =>
      Promise.all([redis.zrem(keys.lane(webhookId), ...ids), redis.srem(keys.trying(webhookId), ...ids)]),
    );
    return due.filter((delivery) => !gone.has(delivery));
  }

  /**
   * Writes a batch of results. `owner`: whether the run still had the lane; `streak`: what is to be told of the webhook's
   * failed tries; `asleep`: whether the lane sleeps now, and the run is over. A repeated call changes nothing.
   */
  async settle(
    request: SettleRequest,
  ): Promise<{ owner: boolean; streak: StreakNews | null; asleep: boolean }> {
    const { retentionMs, logLength, disableAfterMs, now } = this.#context;
    const fields = request.breaker ? encodeBreaker(request.breaker, request.now) : ['', 0, '', '0'];
    const args: (string | number)[] = [
      now(),
      request.webhookId,
      request.run,
      retentionMs,
      logLength,
      ...fields,
      verdictOf(request.settlements),
      disableAfterMs,
      tallyOf(request.settlements),
      request.mayEnd === true ? '1' : '',
    ];
    const sheds = this.#context.memory.level !== 'ok';
    for (const settlement of request.settlements) {
      args.push(...settlementArgs(settlement, request.now, sheds));
    }
    const [owner, step, streak, asleep] = (await this.#context.run('settle', args)) as string[];
    return {
      owner: owner === '1',
      streak: readStreakNews(step ?? '', streak ?? ''),
      asleep: asleep === '1',
    };
  }

  /** Gives a lane back that may still have work. The caller sends the wake that is returned. */
  async release(webhookId: string, run: string): Promise<LaneWake | null> {
    const args = [this.#context.now(), webhookId, run, AWAKE_MS];
    const [pool, mark] = (await this.#context.run('release', args)) as [LanePool?, string?];
    return pool === undefined ? null : { webhookId, pool, at: 0, ...(mark ? { mark } : {}) };
  }

  /** Prolongs the leases of the lanes that this worker runs. */
  async renew(runs: readonly { webhookId: string; run: string }[]): Promise<void> {
    if (runs.length === 0) return;
    await this.#context.run('renew', [
      this.#context.now(),
      AWAKE_MS,
      ...runs.flatMap(({ webhookId, run }) => [webhookId, run]),
    ]);
  }

  /**
   * Brings what is due later back by as much as Redis's clock has gone back; a large house takes several rounds. Resolves
   * to the ms by which it was found gone back now; 0: it was not.
   */
  async followClock(): Promise<number> {
    const args = [this.#context.now(), AWAKE_MS, LEAST_STEP_MS, FOLLOWED_PER_CALL];
    let found = 0;
    for (let i = 0; i < FOLLOW_CALLS; i++) {
      const [left, step] = (await this.#context.run('follow_clock', args)) as [number, number];
      found += step;
      if (left === 0) break;
    }
    return found;
  }

  /** Finds lanes whose wake got lost or whose run died. */
  async sweep(): Promise<LaneWake[]> {
    const args = [this.#context.now(), AWAKE_MS, SWEEP_GRACE_MS, SWEEP_LANES, LEAST_STEP_MS];
    const wakes: LaneWake[] = [];
    for (let i = 0; i < SWEEP_STEPS; i++) {
      const found = readWakes((await this.#context.run('sweep', args)) as string[]);
      wakes.push(...found);
      if (found.length < SWEEP_LANES) break;
    }
    return wakes;
  }
}
