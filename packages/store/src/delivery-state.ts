/**
 * The compact state of a delivery: one field of the event's hash, `d:<webhook>`.
 *
 *   status | tries | charged | scheduled from | last at | last ms | last code | last outcome | reason
 *
 * `p` alone is a delivery that was never tried. Scripts read positions 1, 4 and 7, and `discard` rewrites the last.
 */
import { DEAD_REASONS, type DeadReason, type DeliveryStatus, OUTCOMES, type Outcome } from '@hooklane/core';
import { oneOf, wholeNumber } from './damage.ts';

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

/** Reads a state; what is missing or damaged is zero or null. */
export function decodeState(text: string): DeliveryState {
  const part = text.split('|');
  return {
    status: STATUS[part[0] ?? ''] ?? 'pending',
    tries: wholeNumber(part[1]),
    charged: wholeNumber(part[2]),
    scheduledFrom: wholeNumber(part[3]),
    lastAt: wholeNumber(part[4]),
    lastMs: wholeNumber(part[5]),
    lastCode: wholeNumber(part[6]) || null,
    lastOutcome: oneOf(OUTCOMES, part[7]),
    reason: oneOf(DEAD_REASONS, part[8]),
  };
}
