/** Webhooks: one subscription of one scope to one event type (the original allows exactly one). */
import type { EventType, Scope } from './event.ts';

/** How a request is signed; see the package `signature`. */
export type SigningProfile = 'standard' | 'github' | 'token';

/** All signing profiles; the first is the default. */
export const SIGNING_PROFILES = ['standard', 'github', 'token'] as const satisfies readonly SigningProfile[];

/** Why a webhook is disabled. `gone`: its receiver answered 410. `failing`: every try failed for `HOOKLANE_DISABLE_AFTER`. */
export type DisabledReason = 'by_person' | 'gone' | 'failing';

/** A webhook is never disabled silently: this is what the notice says. */
export interface DisabledNotice {
  reason: DisabledReason;
  /** ms since the epoch. */
  at: number;
  /** One sentence for a person. */
  message: string;
}

/** A webhook as people configure it. Secrets are not part of it; `hasSecret` says whether there is one. */
export interface Webhook {
  /** `wh_…` */
  id: string;
  account: string;
  scope: Scope;
  event: EventType;
  /** The Friendly Name: `[A-Za-z0-9_-]{1,64}`, unique in its scope, compared case-insensitively. */
  name: string;
  /** http or https, as normalised by the WHATWG URL parser. */
  url: string;
  signing: SigningProfile;
  /** Header that carries the secret when `signing` is `token`; lower case. */
  tokenHeader: string;
  hasSecret: boolean;
  enabled: boolean;
  disabled: DisabledNotice | null;
  /** Most tries in flight at once, 1 to 256. */
  maxInFlight: number;
  /** ms since the epoch. */
  createdAt: number;
  updatedAt: number;
}

/** Default number of tries in flight per webhook. */
export const DEFAULT_MAX_IN_FLIGHT = 32;

/** What a worker needs of a webhook to make a request. */
export interface WebhookTarget {
  id: string;
  account: string;
  scope: Scope;
  event: EventType;
  name: string;
  /** `notifications`: no webhook of a pipeline, but the URL that an account's operational events go to. */
  purpose: 'events' | 'notifications';
  url: string;
  signing: SigningProfile;
  tokenHeader: string;
  /** Clear-text secrets, the current first; two during the overlap of a rotation. Empty: unsigned. */
  secrets: readonly string[];
  maxInFlight: number;
  /** Grows with every change of the webhook. */
  version: number;
}
