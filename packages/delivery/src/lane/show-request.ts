/** The request of a try as people may see it: nobody can send it as us, or read a secret out of it. */
import type { EventType, Webhook, WebhookTarget } from '@hooklane/core';
import { buildRequest } from './build-request.ts';

/** A try to show. */
export interface ShownTry {
  eventId: string;
  type: EventType;
  body: string;
  /** Counted from 1. */
  number: number;
  /** When it began, ms since the epoch. */
  startedAt: number;
  /** `Hooklane/<version>` */
  userAgent: string;
}

/** What was, or will be, sent. */
export interface ShownRequest {
  method: 'POST';
  url: string;
  /** With signatures and secrets masked. */
  headers: Record<string, string>;
  body: string;
  /** The names of the headers whose values are masked. */
  masked: string[];
  /** What the signature is made of; null without a signature. */
  signatureBase: string | null;
}

/** Signs in the place of the secret, which is not known here. Long enough for every profile. */
const STAND_IN = 'x'.repeat(32);

/** Builds it as the lane does, with a secret of no worth, and masks what came of that. */
export function showRequest(webhook: Webhook, shown: ShownTry): ShownRequest {
  const { eventId, type, body, number, startedAt, userAgent } = shown;
  const due = {
    eventId,
    type,
    body,
    tries: number - 1,
    charged: 0,
    acceptedAt: startedAt,
    scheduledFrom: startedAt,
  };
  const sending = { now: startedAt, userAgent };
  const build = (secrets: string[]) => buildRequest(targetOf(webhook, secrets), due, sending);
  const unsigned = build([]);
  const { url, headers } = webhook.hasSecret ? build([STAND_IN]) : unsigned;
  const masked = Object.keys(headers).filter((name) => unsigned.headers[name] !== headers[name]);
  const shownHeaders = Object.entries(headers).map(([name, value]) => [
    name,
    masked.includes(name) ? mask(webhook, value) : value,
  ]);
  return {
    method: 'POST',
    url,
    headers: Object.fromEntries(shownHeaders) as Record<string, string>,
    body,
    masked,
    signatureBase: webhook.hasSecret ? baseOf(webhook, shown) : null,
  };
}

function targetOf(webhook: Webhook, secrets: string[]): WebhookTarget {
  return { ...webhook, purpose: 'events', secrets, version: 0 };
}

function mask({ signing }: Webhook, value: string): string {
  if (signing === 'token') return 'xxxxxx';
  // `v1,<base64>` of Standard Webhooks, `sha256=<hex>` of GitHub: what says how stays.
  return value.replace(/^(v1,|sha256=).*$/, '$1…').replace(STAND_IN, 'xxxxxx');
}

function baseOf({ signing }: Webhook, { eventId, body, startedAt }: ShownTry): string | null {
  if (signing === 'token') return null;
  return signing === 'github' ? body : `${eventId}.${Math.floor(startedAt / 1000)}.${body}`;
}
