/** What is delivered: applications of one account, their webhooks, and the events of their builds. */
import { sampleEventBody } from '@hooklane/core';

/** A set of webhooks and the bodies that they get. */
export interface Workload {
  /** Webhooks that get each event. */
  fanOut: number;
  /** Applications, each with `fanOut` webhooks. Events go to them in turn. */
  applications: number;
  /** Of each body, KiB; null: a sample as it is, about 0.7 KiB. */
  bodyKiB: number | null;
  /** Tries that each webhook may have in flight; the default of webhooks when missing. */
  maxInFlight?: number;
}

/** 20 webhooks, each the only one of its application. */
export const FAN_OUT_1: Workload = { fanOut: 1, applications: 20, bodyKiB: null };
/** 1,000 webhooks, ten for each application: the point from which one thing at a time is varied. */
export const FAN_OUT_10: Workload = { fanOut: 10, applications: 100, bodyKiB: null };

/** The account, the type of all events, and the secret that signs all requests. */
export const ACCOUNT = 'jdoe';
export const EVENT_TYPE = 'build.started';
export const SECRET = 'whsec_aG9va2xhbmUgYmVuY2htYXJrIHNlY3JldCwgMzIgYnl0ZXM=';

/** Connections of ceiling and baseline to the receiver. */
export const CONNECTIONS = 32;

/** The most deliveries of a row in a round, and the most bytes of their bodies: Redis holds in memory what waits. */
export const MAX_DELIVERIES = 300_000;
const MAX_BODY_MIB = 512;

/** The name of an application. */
export function applicationName(index: number): string {
  return `application-${index}`;
}

/** The path of a webhook's URL; every webhook has its own. */
export function webhookPath(application: number, webhook: number): string {
  return `/${applicationName(application)}/webhook-${webhook}`;
}

/** The body of each application's events: JSON. */
export function eventBodies({ applications, bodyKiB }: Workload): string[] {
  return Array.from({ length: applications }, (_, index) => {
    const sample = sampleEventBody(EVENT_TYPE, ACCOUNT, applicationName(index));
    return bodyKiB === null ? JSON.stringify(sample) : padded(sample, bodyKiB * 1024);
  });
}

/** A log of so many bytes in it, in lines that do not repeat, as builds have them. */
function padded(sample: Record<string, unknown>, bytes: number): string {
  const missing = bytes - JSON.stringify({ ...sample, log: '' }).length;
  let log = '';
  for (let line = 0; log.length < missing; line += 1)
    log += `step ${line}: done in ${(line * 7919) % 1000} ms; `;
  return JSON.stringify({ ...sample, log: log.slice(0, missing) });
}

/** How many events make so many deliveries, rounded up. */
export function eventsFor({ fanOut }: Workload, deliveries: number): number {
  return Math.ceil(deliveries / fanOut);
}

/** The most deliveries of a row with this workload. */
export function mostDeliveries({ fanOut, bodyKiB }: Workload): number {
  const events = Math.floor((MAX_BODY_MIB * 1024) / (bodyKiB ?? 1));
  return Math.min(MAX_DELIVERIES, events * fanOut);
}
