/** The two queues of the baseline and what their jobs carry. */

/** One job per event. */
export const EVENTS = 'events';
/** One job per delivery. */
export const DELIVERIES = 'deliveries';

/** A job of {@link EVENTS}. */
export interface EventJob {
  application: number;
  type: string;
  body: string;
}

/** A job of {@link DELIVERIES}. */
export interface DeliveryJob {
  eventId: string;
  type: string;
  webhook: string;
  url: string;
  body: string;
}

/** What the worker process is told. */
export interface BaselineTask {
  redisUrl: string;
  origin: string;
  fanOut: number;
}
