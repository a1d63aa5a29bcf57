/** What the receiver and its parent say to each other. */
import type { KeyPair } from '@hooklane/testkit';

/** To the receiver. `expect` and `count` are answered with `count`. */
export type ToReceiver =
  /** Listen, first of all: with HTTPS as well when there is a certificate. `port`: for HTTP; 0: any. */
  | { kind: 'serve'; tls: KeyPair | null; port: number; host: string }
  /** Count from nought until `count`; note when each comes, if `timed`. */
  | { kind: 'expect'; count: number; timed: boolean }
  | { kind: 'count' }
  | { kind: 'arrivals' };

/** When a request came: the event's id, and ms of the clock that all processes of a machine share. */
export type Arrival = readonly [id: string, at: number];

/**
 * From the receiver. `begun`: the first has come. `complete`: the expected number has; `ms` from the first to the last.
 * `arrivals`: when each came, if they are timed.
 */
export type FromReceiver =
  | { kind: 'listening'; port: number; securePort: number }
  | { kind: 'count'; count: number; connections: number }
  | { kind: 'begun' }
  | { kind: 'complete'; ms: number }
  | { kind: 'arrivals'; arrivals: Arrival[] };
