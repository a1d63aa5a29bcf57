/** What the steps of a delivery cost. */

/** µs of processor time. */
export interface Steps {
  /** To take a batch of events, and to begin the run of a lane: what those in it share. */
  job: number;
  /** Beside, when it had nothing to do: a worker waits for jobs in Redis and is told of them, each with calls of their own. */
  wake: number;
  event: number;
  delivery: number;
}

/** Of all that takes part. */
export interface Costs {
  worker: Steps;
  redis: Steps;
  /** For each delivery. */
  receiver: number;
}
