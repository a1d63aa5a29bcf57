/**
 * Makes more shards out of those that there are, while no server and no worker runs: copies what moves, makes sure that it is
 * whole, lets the new number hold, removes what has moved. Whatever stops it, running it again goes on.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { HOME_SHARD, HooklaneError } from '@hooklane/core';
import { keysOf } from '../keys.ts';
import { Operations } from '../operations.ts';
import { type RedriveJob, Redrives } from '../redrives.ts';
import { Deliveries } from '../deliveries.ts';
import { type StoreContext, type StoreOptions, createContext } from '../store-context.ts';
import { LOOK_MS, readTopology } from '../topology.ts';
import { copyShard, verifyShard } from './copy-shard.ts';
import { dropMoved } from './drop-moved.ts';

/** What a move needs of the queues; `queue` fulfils it. All may be repeated. */
export interface MoveQueues {
  /** Copies the letters of accounts that move from a shard to the queues `dead-letters` of their new ones. */
  copyLetters(from: number, shards: number): Promise<void>;
  /** Removes the letters that are not of a shard from its queue. */
  dropLetters(shard: number, shards: number): Promise<void>;
  /** Lets a worker of the shard carry out a stored order. */
  startRedrive(shard: number, redriveId: string): Promise<void>;
}

/** How far a move is. */
export interface MoveProgress {
  step: 'waiting' | 'copying' | 'verifying' | 'removing';
  /** Of the shard that is read. */
  shard: number;
  /** Keys of that shard that were looked at in this step. */
  looked: number;
  /** Keys and members that were copied or removed, in all. */
  done: number;
  /** Who is waited for. */
  waitsFor?: string;
}

/** What a move is told. */
export interface MoveOptions extends Omit<StoreOptions, 'shard' | 'secrets'> {
  to: number;
  queues: MoveQueues;
  onProgress: (progress: MoveProgress) => void;
  /** How long servers and workers that still run have to end themselves, ms; default 2 min. */
  patienceMs?: number;
}

/** A second run waits until the first one was silent for so long, ms. */
const LOCK_MS = 6000;
const RENEW_MS = 1000;

/** Servers look every 2 s whether the number still holds, and a request takes a second or two. */
const SERVERS_END_MS = 2 * LOOK_MS + 1000;
const PATIENCE_MS = 120_000;
const POLL_MS = 250;

/**
 * Grows the number of shards to `to`. `unchanged`: it was that already. Throws `shards_mismatch` when that cannot be done,
 * `redis_unavailable` and `internal_error` when it did not work: nothing is lost, run it again.
 */
export async function moveShards(options: MoveOptions): Promise<'moved' | 'unchanged'> {
  const move = new Move(options);
  return move.exclusively(() => move.run());
}

/** Takes a move back whose new number does not hold yet. Throws `shards_mismatch` when it does. */
export async function abortMove(options: Omit<MoveOptions, 'to'>): Promise<'aborted' | 'unchanged'> {
  const move = new Move({ ...options, to: 1 });
  return move.exclusively(() => move.abort());
}

class Move {
  readonly #options: MoveOptions;
  readonly #home: StoreContext;
  #lostLock = false;
  #done = 0;

  constructor(options: MoveOptions) {
    this.#options = options;
    this.#home = this.#contextOf(HOME_SHARD);
  }

  #contextOf(shard: number): StoreContext {
    const unused = (): never => {
      throw new TypeError('A move reads no secret.');
    };
    const secrets = { fingerprint: '', otherFingerprints: [], seal: unused, open: unused, reseal: unused };
    return createContext({ ...this.#options, secrets }, keysOf(shard));
  }

  /** Two at once would undo each other's work. */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    const token = randomUUID();
    const { redis, keys } = this.#home;
    const deadline = performance.now() + (this.#options.patienceMs ?? PATIENCE_MS);
    while ((await redis.set(keys.mover, token, 'PX', LOCK_MS, 'NX')) === null) {
      if (performance.now() > deadline) throw refused('Another run of this command is at work.');
      this.#tell('waiting', HOME_SHARD, 0, 'another run of this command');
      await pause(POLL_MS);
    }
    let renewedAt = performance.now();
    const renew = async (): Promise<void> => {
      try {
        const isMine = (await redis.get(keys.mover)) === token;
        if (isMine) await redis.pexpire(keys.mover, LOCK_MS);
        this.#lostLock ||= !isMine;
        renewedAt = performance.now();
      } catch {
        this.#lostLock ||= performance.now() - renewedAt > LOCK_MS / 2;
      }
    };
    const timer = setInterval(() => void renew(), RENEW_MS);
    try {
      return await work();
    } finally {
      clearInterval(timer);
      if (!this.#lostLock) await redis.del(keys.mover).catch(() => undefined);
    }
  }

  #tell(step: MoveProgress['step'], shard: number, looked: number, waitsFor?: string): void {
    if (this.#lostLock) throw refused('This run was silent for too long and must not go on.');
    const progress = { step, shard, looked, done: this.#done };
    this.#options.onProgress(waitsFor === undefined ? progress : { ...progress, waitsFor });
  }

  async run(): Promise<'moved' | 'unchanged'> {
    const { to } = this.#options;
    const before = await readTopology(this.#home);
    if (before.shards === null)
      throw refused(`Nothing is kept here. Start the programs with HOOKLANE_SHARDS=${to}.`);
    if (before.movingTo === null && before.shards === to) return 'unchanged';
    if (before.movingTo !== null && before.movingTo !== to) {
      throw refused(
        `A move to ${before.movingTo} shards is not over. Run it to its end first, or take it back with --abort.`,
      );
    }
    if (before.movingTo === null && to < before.shards) {
      throw refused(`There are ${before.shards} shards; the number cannot become smaller.`);
    }
    await this.#home.redis.hset(this.#home.keys.meta, 'movingTo', to);
    await this.#home.redis.hsetnx(this.#home.keys.meta, 'movingSince', String(await this.#now()));
    if (!before.flipped) await this.#copyAll(before.shards, to);
    await this.#dropAll(to);
    await this.#home.redis.hdel(this.#home.keys.meta, 'movingTo', 'movingSince', 'flipped');
    return 'moved';
  }

  async #copyAll(from: number, to: number): Promise<void> {
    await this.#untilAllEnded();
    const targets = Array.from({ length: to }, (_, shard) => this.#contextOf(shard));
    const sources = targets.slice(0, from);
    const { queues } = this.#options;
    for (const [shard, source] of sources.entries()) {
      await copyShard(source, targets, this.#hooks('copying', shard));
      await queues.copyLetters(shard, to);
    }
    await this.#copyOrders(sources, targets.slice(from), from);
    for (const [shard, source] of sources.entries()) {
      await verifyShard(source, targets, this.#hooks('verifying', shard));
    }
    for (const target of targets.slice(from)) {
      // Time in which nobody served is no time in which a webhook failed: it goes on from here.
      await target.redis.hsetnx(target.keys.meta, 'seen', String(await this.#lastSweep(sources)));
    }
    await this.#home.redis.hset(this.#home.keys.meta, { shards: to, flipped: 1 });
  }

  async #lastSweep(sources: readonly StoreContext[]): Promise<number> {
    const seen = await Promise.all(sources.map(({ redis, keys }) => redis.hget(keys.meta, 'seen')));
    return Math.max(...seen.map((text) => Number(text ?? 0))) || Date.now();
  }

  /** Bulk actions that are not over go on where the letters now are, too. */
  async #copyOrders(
    sources: readonly StoreContext[],
    targets: readonly StoreContext[],
    first: number,
  ): Promise<void> {
    for (const source of sources) {
      const orders = await redrivesOf(source).listRedrives();
      for (const order of orders.filter(({ state }) => state !== 'done')) {
        for (const [i, target] of targets.entries()) {
          await copyOrder(redrivesOf(target), order);
          await this.#options.queues.startRedrive(first + i, order.id);
        }
      }
    }
  }

  async #dropAll(shards: number): Promise<void> {
    for (let shard = 0; shard < shards; shard++) {
      await this.#options.queues.dropLetters(shard, shards);
      await dropMoved(this.#contextOf(shard), { shard, shards }, this.#hooks('removing', shard));
    }
  }

  async abort(): Promise<'aborted' | 'unchanged'> {
    const { shards, movingTo, flipped } = await readTopology(this.#home);
    if (movingTo === null || shards === null) return 'unchanged';
    if (flipped) throw refused(`The new number holds already. Run "shards --to ${movingTo}" to its end.`);
    for (let shard = shards; shard < movingTo; shard++) {
      await this.#options.queues.dropLetters(shard, shards);
      await dropMoved(this.#contextOf(shard), { shard, shards }, this.#hooks('removing', shard));
    }
    await this.#home.redis.hdel(this.#home.keys.meta, 'movingTo', 'movingSince');
    return 'aborted';
  }

  /** Redis's clock, so that a run on another machine reckons alike. */
  async #now(): Promise<number> {
    const [seconds, micros] = await this.#home.ask((node) => node.time());
    return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000);
  }

  #hooks(step: MoveProgress['step'], shard: number) {
    let looked = 0;
    return {
      onStep: (more: { looked: number; copied: number }): void => {
        looked += more.looked;
        this.#done += more.copied;
        this.#tell(step, shard, looked);
      },
    };
  }

  /** Programs that still run see that the number changes, and end. Those that died are known by their silence. */
  async #untilAllEnded(): Promise<void> {
    const operations = new Operations(this.#home);
    const { movingSince } = await readTopology(this.#home);
    const deadline = performance.now() + (this.#options.patienceMs ?? PATIENCE_MS);
    for (;;) {
      const workers = await operations.listWorkers();
      if (workers.length === 0 && (await this.#now()) - movingSince >= SERVERS_END_MS) return;
      const names = workers.map(({ host, id }) => `worker ${id} on ${host}`).join(', ');
      if (performance.now() > deadline) throw refused(`Still at work: ${names}. Stop it and run this again.`);
      this.#tell('waiting', HOME_SHARD, 0, names === '' ? 'servers that may still run' : names);
      await pause(POLL_MS);
    }
  }
}

function redrivesOf(context: StoreContext): Redrives {
  return new Redrives(context, new Deliveries(context));
}

async function copyOrder(redrives: Redrives, order: RedriveJob): Promise<void> {
  if ((await redrives.getRedrive(order.id)) === null) {
    await redrives.createRedrive({ ...order, matched: 0 }, order);
  }
}

function refused(detail: string): HooklaneError {
  return new HooklaneError('shards_mismatch', { field: '--to', detail });
}
