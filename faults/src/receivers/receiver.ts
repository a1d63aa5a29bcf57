/** What a sick receiver is, and what Hooklane must make of it. */
import type { Authority } from '@hooklane/testkit';

/** What a receiver may use. */
export interface ReceiverTools {
  /** The workers trust it. */
  authority: Authority;
}

/** An address, and how to end what listens there. */
export interface OpenReceiver {
  url: string;
  close: () => Promise<void>;
}

/** What must become of each of its deliveries. */
export interface Expected {
  status: 'delivered' | 'dead' | 'retrying';
  /** Of the last try. */
  outcome: string;
  fault: 'receiver' | 'network' | null;
  /** Of the last try; missing: any. */
  error?: string;
  statusCode?: number;
  reason?: string;
  /** How many tries. */
  tries: number;
  /** While retrying: how far away the next try is, ms. */
  nextIn?: readonly [number, number];
}

/** One kind of sickness. */
export interface SickReceiver {
  /** `receiver-` and what is wrong. */
  name: string;
  /** What it does, in a few words. */
  title: string;
  /** Why this machine cannot have it; null when it can. */
  missing?: () => string | null;
  open: (tools: ReceiverTools) => Promise<OpenReceiver>;
  expected: Expected;
}

/** The schedule of the house has three waits, so a delivery that always fails has four tries. */
const ALL_TRIES = 4;

/** Deliveries that fail to the end of the schedule. */
export function exhausted(
  outcome: string,
  fault: 'receiver' | 'network',
  more: Partial<Expected> = {},
): Expected {
  return { status: 'dead', reason: 'exhausted', outcome, fault, tries: ALL_TRIES, ...more };
}

/** Deliveries that arrive with the first try. */
export const DELIVERED: Expected = { status: 'delivered', outcome: 'ok', fault: null, tries: 1 };
