/** Waits until deliveries are settled, and tells what happens meanwhile. */
import type { ApiDelivery } from '@hooklane/client';
import { EXIT } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import type { Session } from '../cli.ts';
import { untilInterrupted } from '../cli.ts';
import { lastAnswer, nameWebhook, tellStatus } from '../show/deliveries.ts';
import { poll } from './poll.ts';
import { tellsTrouble } from './try-again.ts';

/** What is watched. */
export interface Watch {
  /** The deliveries as they are now; null: not known yet. */
  look: (signal: AbortSignal) => Promise<readonly ApiDelivery[] | null>;
  timeoutMs: number;
}

/** 0: all delivered. 1: one is dead. 4: the time is over. 130: Ctrl-C. Without any delivery: 0. */
export async function watchDeliveries(session: Session, watch: Watch): Promise<ExitCode> {
  const told = new Map<string, string>();
  let latest: readonly ApiDelivery[] = [];
  return untilInterrupted(async (signal) => {
    const look = async (stop: AbortSignal): Promise<readonly ApiDelivery[] | null> => {
      const deliveries = await watch.look(stop);
      if (deliveries === null) return null;
      latest = deliveries;
      tellChanges(session, deliveries, told);
      if (deliveries.length > 0) session.terminal.progress(tellProgress(deliveries));
      return deliveries.every(isSettled) ? deliveries : null;
    };
    const onTrouble = tellsTrouble(session.terminal);
    const settled = await poll(look, { timeoutMs: watch.timeoutMs, signal, onTrouble });
    session.terminal.progress(null);
    if (settled === null && signal.aborted) return EXIT.interrupted;
    if (latest.some(({ status }) => status === 'dead')) return EXIT.failed;
    return settled === null ? EXIT.notYet : EXIT.ok;
  });
}

/** Whether it is over. */
function isSettled({ status }: ApiDelivery): boolean {
  return status === 'delivered' || status === 'dead';
}

/** A line for each delivery that is not as it was told before. */
function tellChanges(
  { terminal, now }: Session,
  deliveries: readonly ApiDelivery[],
  told: Map<string, string>,
): void {
  const changed = deliveries.filter(
    (delivery) => delivery.attemptCount > 0 && told.get(delivery.id) !== stateOf(delivery),
  );
  for (const delivery of changed) {
    told.set(delivery.id, stateOf(delivery));
    const tries = delivery.attemptCount === 1 ? '1 try' : `${delivery.attemptCount} tries`;
    terminal.note(
      `${nameWebhook(delivery)}: ${lastAnswer(delivery)} after ${tries}, ${tellStatus(delivery, now())}`,
    );
  }
}

function stateOf({ status, attemptCount }: ApiDelivery): string {
  return `${status} ${attemptCount}`;
}

function tellProgress(deliveries: readonly ApiDelivery[]): string {
  const count = (status: ApiDelivery['status']): number =>
    deliveries.filter((one) => one.status === status).length;
  const parts = [`${count('delivered')} of ${deliveries.length} delivered`];
  for (const status of ['retrying', 'dead'] as const) {
    if (count(status) > 0) parts.push(`${count(status)} ${status}`);
  }
  return `Waiting: ${parts.join(', ')} …`;
}
