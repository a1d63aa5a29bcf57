/**
 * The compact state of a delivery: one field of the event's hash, `d:<webhook>`.
 *
 *   status | tries | charged | scheduled from | last at | last ms | last code | last outcome | reason
 *
 * `p` alone is a delivery that was never tried. Scripts read positions 1, 4 and 7, and `discard` rewrites the last.
 */
import type { DeadReason, DeliveryStatus, Outcome } from '@hooklane/core';

/** What the state field says. Times are ms since the epoch; 0: never. */
export interface DeliveryState {
  status: DeliveryStatus;
  tries: number;
  charged: number;
  /** 0: from the moment the event was accepted. */
  scheduledFrom: number;
  lastAt: number;
  lastMs: number;
  lastCode: number | null;
  lastOutcome: Outcome | null;
  reason: DeadReason | null;
}

const LETTER: Record<DeliveryStatus, string> = { pending: 'p', retrying: 'r', delivered: 'v', dead: 'x' };
const STATUS: Record<string, DeliveryStatus> = { p: 'pending', r: 'retrying', v: 'delivered', x: 'dead' };

/** The letter of a status in the state field. */
export function statusLetter(status: DeliveryStatus): string {
  return LETTER[status];
}

/** Writes a state. */
export function encodeState(state: DeliveryState): string {
  return [
    LETTER[state.status],
    state.tries,
    state.charged,
    state.scheduledFrom,
    state.lastAt,
    Math.round(state.lastMs),
    state.lastCode ?? '',
    state.lastOutcome ?? '',
    state.reason ?? '',
  ].join('|');
}

/** Reads a state; what is missing is zero or null. */
export function decodeState(text: string): DeliveryState {
  const part = text.split('|');
  return {
    status: STATUS[part[0] ?? ''] ?? 'pending',
    tries: Number(part[1] ?? 0),
    charged: Number(part[2] ?? 0),
    scheduledFrom: Number(part[3] ?? 0),
    lastAt: Number(part[4] ?? 0),
    lastMs: Number(part[5] ?? 0),
    lastCode: part[6] ? Number(part[6]) : null,
    lastOutcome: part[7] ? (part[7] as Outcome) : null,
    reason: part[8] ? (part[8] as DeadReason) : null,
  };
}
