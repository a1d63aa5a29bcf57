/** What the receiver and its parent say to each other. */

/** To the receiver: count from nought until `count`, or say how many came until now. Both are answered with `count`. */
export type ToReceiver = { kind: 'expect'; count: number } | { kind: 'count' };

/** From the receiver. `begun`: the first has come. `complete`: the expected number has; `ms` from the first to the last. */
export type FromReceiver =
  | { kind: 'listening'; port: number }
  | { kind: 'count'; count: number }
  | { kind: 'begun' }
  | { kind: 'complete'; ms: number };
