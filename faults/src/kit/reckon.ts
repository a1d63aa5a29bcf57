/** The reckoning: the ledger is held against what Hooklane says, delivery by delivery. */
import { RETRIES, requestsOf } from './ledger.ts';
import type { HookIds } from './house.ts';
import type { Ledger, OwedDelivery } from './ledger.ts';
import type { KnownDelivery } from './read-deliveries.ts';

/** What became of everything that is owed. */
export interface Reckoning {
  accepted: number;
  owed: number;
  delivered: number;
  dead: number;
  due: number;
  /** Owed, and neither delivered nor dead nor due: or "delivered", and the receiver never saw it. */
  lost: number;
  /** Requests beyond those that a delivery needs. */
  repeats: number;
  /** Those of them whose delivery has a try in its history that we could not finish, or whose answer came too late, and that was made again. */
  explainedRepeats: number;
  /** Tries that were begun and had to be begun again, uncharged. */
  interrupted: number;
  /** What should not be, in words; at most 20. */
  problems: string[];
}

const MOST_PROBLEMS = 20;

/** What a fault may do to tries. */
export interface Leniency {
  /** Redis may have forgotten some. */
  forgets?: boolean;
  /** Those of what is due later may come early, and so more than once. */
  early?: boolean;
}

/** Compares. `hooks`: the ids of the webhooks. */
export function reckon(
  ledger: Ledger,
  known: ReadonlyMap<string, KnownDelivery>,
  hooks: HookIds,
  leniency: Leniency = {},
): Reckoning {
  const total: Reckoning = {
    accepted: ledger.accepted,
    owed: 0,
    delivered: 0,
    dead: 0,
    due: 0,
    lost: 0,
    repeats: 0,
    explainedRepeats: 0,
    interrupted: 0,
    problems: [],
  };
  for (const owed of ledger.owed()) {
    const id = `${owed.eventId}.${hooks[owed.account]?.[owed.hook]}`;
    count(total, owed, { id, delivery: known.get(id), ...leniency });
  }
  if (ledger.stray > 0) note(total, `${ledger.stray} requests came where nothing was owed`);
  return total;
}

function count(
  total: Reckoning,
  owed: OwedDelivery,
  {
    id,
    delivery,
    forgets = false,
    early = false,
  }: { id: string; delivery: KnownDelivery | undefined } & Leniency,
): void {
  total.owed += 1;
  if (delivery === undefined) {
    total.lost += 1;
    note(total, `${id} is owed, and Hooklane does not know it (${owed.receipts.length} requests seen)`);
    return;
  }
  countStatus(total, owed, delivery);
  const interrupted = delivery.attempts.filter(({ outcome }) => outcome === 'interrupted').length;
  total.interrupted += interrupted;
  const throttled = delivery.attempts.filter(({ outcome }) => outcome === 'throttled').length;
  const needed = early && owed.fate === 'later' ? Math.max(1, throttled) : requestsOf(owed.fate);
  const repeats = Math.max(0, owed.receipts.length - needed);
  total.repeats += repeats;
  // On a busy machine the receiver may answer after the time is over.
  const late = delivery.attempts.filter(({ outcome }) => outcome === 'timeout').length;
  const explained = forgets ? repeats : Math.min(repeats, interrupted + late);
  total.explainedRepeats += explained;
  if (repeats > explained) {
    note(
      total,
      `${id} came ${repeats} times too often, and its history tells of ${interrupted} interrupted and ${late} late tries`,
    );
  }
  if (delivery.attempts.length < owed.receipts.length && !forgets) {
    note(
      total,
      `${id} was tried ${owed.receipts.length} times, and its history has ${delivery.attempts.length}`,
    );
  }
  for (const { outcome, fault } of delivery.attempts) {
    if (outcome === 'interrupted' && fault !== 'ours')
      note(total, `${id} was interrupted at the fault of ${fault}`);
  }
}

function countStatus(total: Reckoning, owed: OwedDelivery, delivery: KnownDelivery): void {
  const answers = owed.receipts.map(({ answered }) => answered);
  switch (delivery.status) {
    case 'delivered':
      total.delivered += 1;
      if (answers.includes(200)) break;
      total.delivered -= 1;
      total.lost += 1;
      note(total, `${delivery.id} is called delivered, and the receiver never took it`);
      break;
    case 'dead': {
      total.dead += 1;
      const charged = delivery.attempts.filter(
        ({ fault }) => fault === 'receiver' || fault === 'network',
      ).length;
      if (owed.fate !== 'dead') note(total, `${delivery.id} died (${delivery.reason}), and need not have`);
      else if (charged <= RETRIES) {
        note(total, `${delivery.id} died after ${charged} tries that counted, not ${RETRIES + 1}`);
      }
      break;
    }
    case 'pending':
    case 'retrying':
      total.due += 1;
      if (owed.fate !== 'later')
        note(total, `${delivery.id} is still ${delivery.status}: ${describe(delivery)}`);
      else if (delivery.nextAttemptAt === null) note(total, `${delivery.id} is owed at no time`);
      break;
    default:
      delivery.status satisfies never;
  }
}

function describe({ nextAttemptAt, attempts }: KnownDelivery): string {
  return `next try ${nextAttemptAt ?? 'never'}, ${attempts.length} tries so far`;
}

function note(total: Reckoning, problem: string): void {
  if (total.problems.length < MOST_PROBLEMS) total.problems.push(problem);
}
