/** What is delivered: applications of one account, their webhooks, and the events of their builds. */
import { sampleEventBody } from '@hooklane/core';

/** A set of webhooks, the same for every row of this fan-out. */
export interface Workload {
  /** Webhooks that get each event. */
  fanOut: number;
  /** Applications, each with `fanOut` webhooks. Events go to them in turn. */
  applications: number;
}

/** 20 webhooks, each the only one of its application. */
export const FAN_OUT_1: Workload = { fanOut: 1, applications: 20 };
/** 1,000 webhooks, ten for each application. */
export const FAN_OUT_10: Workload = { fanOut: 10, applications: 100 };

/** The account, the type of all events, and the secret that signs all requests. */
export const ACCOUNT = 'jdoe';
export const EVENT_TYPE = 'build.started';
export const SECRET = 'whsec_aG9va2xhbmUgYmVuY2htYXJrIHNlY3JldCwgMzIgYnl0ZXM=';

/** Connections of ceiling and baseline to the receiver. */
export const CONNECTIONS = 32;

/** The name of an application. */
export function applicationName(index: number): string {
  return `application-${index}`;
}

/** The path of a webhook's URL; every webhook has its own. */
export function webhookPath(application: number, webhook: number): string {
  return `/${applicationName(application)}/webhook-${webhook}`;
}

/** The body of each application's events: JSON of about 700 bytes. */
export function eventBodies({ applications }: Workload): string[] {
  return Array.from({ length: applications }, (_, index) =>
    JSON.stringify(sampleEventBody(EVENT_TYPE, ACCOUNT, applicationName(index))),
  );
}

/** How many events make so many deliveries, rounded up. */
export function eventsFor({ fanOut }: Workload, deliveries: number): number {
  return Math.ceil(deliveries / fanOut);
}
