/**
 * The ledger: what was accepted and what receivers saw, kept outside of Hooklane. It knows by itself which webhooks an
 * event is for, so that a mistake of the matching shows as a loss.
 */

/** The webhooks of each account of the house under test. */
export const HOOKS = {
  /** Hears builds that started; its answers depend on the event, see {@link fateOf}. */
  mixed: { event: 'build.started', hasFates: true },
  /** Hears the same; always 200. */
  steady: { event: 'build.started', hasFates: false },
  /** Hears builds that finished; always 200. */
  finished: { event: 'build.finished', hasFates: false },
} as const;

/** A webhook of the house. */
export type HookName = keyof typeof HOOKS;

/** What the receiver has in mind for a delivery. */
export type Fate = 'ok' | 'second-try' | 'dead' | 'later';

/** Tries after the first one that fail on the way to a dead letter; the schedule of the house has as many waits. */
export const RETRIES = 3;

/** How many requests a delivery needs when nothing goes wrong. */
const REQUESTS: Record<Fate, number> = { ok: 1, 'second-try': 2, dead: RETRIES + 1, later: 1 };

/** One request at the receiver. */
export interface Receipt {
  /** ms since the epoch. */
  at: number;
  answered: number;
}

/** An event that was emitted. */
export interface EmittedEvent {
  id: string;
  type: 'build.started' | 'build.finished';
  /** Its place in the load, from 0. */
  number: number;
  account: string;
}

/** A duty that the ledger knows of. */
export interface OwedDelivery {
  eventId: string;
  account: string;
  hook: HookName;
  fate: Fate;
  acceptedAt: number;
  receipts: readonly Receipt[];
}

/** The fate of an event at `mixed`: of 50 events 2 need a second try, 1 dies, 1 is put off for an hour. */
function fateOf(number: number): Fate {
  switch (number % 50) {
    case 6:
    case 26:
      return 'second-try';
    case 12:
      return 'dead';
    case 38:
      return 'later';
    default:
      return 'ok';
  }
}

/** How many requests this delivery should have made. */
export function requestsOf(fate: Fate): number {
  return REQUESTS[fate];
}

/** See above. */
export class Ledger {
  /** Accepted event → when. */
  readonly #accepted = new Map<string, { event: EmittedEvent; at: number }>();
  readonly #emitted = new Map<string, EmittedEvent>();
  readonly #receipts = new Map<string, Receipt[]>();
  /** Answers to an emit that said no, or none in time. */
  refused = 0;
  /** Requests that nobody should have made: for an unknown event, or at a webhook that it does not match. */
  stray = 0;

  get accepted(): number {
    return this.#accepted.size;
  }

  /** Emitted, never acknowledged, and brought all the same: harmless, for nobody was told that it would not be. */
  get unacknowledged(): number {
    let count = 0;
    for (const id of this.#emitted.keys()) if (!this.#accepted.has(id) && this.#seen(id)) count += 1;
    return count;
  }

  emitting(event: EmittedEvent): void {
    this.#emitted.set(event.id, event);
  }

  accept(event: EmittedEvent): void {
    this.#accepted.set(event.id, { event, at: Date.now() });
  }

  /** Notes a request and says what to answer. */
  receive(
    account: string,
    hook: HookName,
    eventId: string,
  ): { status: number; headers?: Record<string, string> } {
    const event = this.#emitted.get(eventId);
    if (event === undefined || event.account !== account || event.type !== HOOKS[hook].event) {
      this.stray += 1;
      return { status: 200 };
    }
    const key = `${eventId} ${hook}`;
    const receipts = this.#receipts.get(key) ?? [];
    this.#receipts.set(key, receipts);
    const answer = answerTo(HOOKS[hook].hasFates ? fateOf(event.number) : 'ok', receipts.length);
    receipts.push({ at: Date.now(), answered: answer.status });
    return answer;
  }

  /** Every accepted event × every webhook that it matches. */
  *owed(): Generator<OwedDelivery> {
    for (const [eventId, { event, at }] of this.#accepted) {
      for (const [name, hook] of Object.entries(HOOKS)) {
        if (hook.event !== event.type) continue;
        yield {
          eventId,
          account: event.account,
          hook: name as HookName,
          fate: hook.hasFates ? fateOf(event.number) : 'ok',
          acceptedAt: at,
          receipts: this.#receipts.get(`${eventId} ${name}`) ?? [],
        };
      }
    }
  }

  /** How many owed deliveries the receiver has not seen as often as they need. */
  missing(): number {
    let count = 0;
    for (const { fate, receipts } of this.owed()) if (receipts.length < requestsOf(fate)) count += 1;
    return count;
  }

  #seen(eventId: string): boolean {
    return Object.keys(HOOKS).some((hook) => this.#receipts.has(`${eventId} ${hook}`));
  }
}

function answerTo(fate: Fate, before: number): { status: number; headers?: Record<string, string> } {
  if (fate === 'ok' || (fate === 'second-try' && before > 0)) return { status: 200 };
  if (fate === 'later') return { status: 429, headers: { 'retry-after': '3600' } };
  return { status: 500 };
}
