/** Requests as Hooklane sends them, for the tests of the examples. */
import { randomUUID } from 'node:crypto';
import { signRequest } from '@hooklane/signature';
import type { AnyEventType, SigningProfile } from '@hooklane/signature';
import { Webhook } from 'standardwebhooks';

/** A request to send. */
export interface SignedRequest {
  headers: Record<string, string>;
  body: string;
}

/** What may differ. */
export interface RequestChange {
  type?: AnyEventType;
  id?: string;
  profile?: SigningProfile;
  /** Seconds; the time that is signed. Default now. */
  timestampSec?: number;
  attempt?: number;
}

/** Signed by our own package. */
export function signedByUs(
  secrets: readonly string[],
  event: object,
  change: RequestChange = {},
): SignedRequest {
  const request = unsigned(event, change);
  const { profile = 'standard', timestampSec } = request;
  const signature = signRequest({ profile, secrets, id: request.id, timestampSec, body: request.body });
  return { headers: { ...request.headers, ...signature }, body: request.body };
}

/** Signed by the package standardwebhooks, which knows nothing of ours. It reads base64, so it gets the secret so. */
export function signedByOthers(secret: string, event: object, change: RequestChange = {}): SignedRequest {
  const { headers, id, timestampSec, body } = unsigned(event, change);
  const signer = new Webhook(Buffer.from(secret, 'utf8').toString('base64'));
  const signature = signer.sign(id, new Date(timestampSec * 1000), body);
  return { headers: { ...headers, 'webhook-signature': signature }, body };
}

/** Sends it. */
export async function post(
  url: string,
  { headers, body }: SignedRequest,
): Promise<{ status: number; text: string }> {
  const response = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(15_000) });
  return { status: response.status, text: await response.text() };
}

function unsigned(event: object, change: RequestChange) {
  const { type = 'build.finished', id = `evt_${randomUUID()}`, attempt = 1 } = change;
  const timestampSec = change.timestampSec ?? Math.floor(Date.now() / 1000);
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'Hooklane/0.1.0',
    'webhook-id': id,
    'webhook-timestamp': String(timestampSec),
    'hooklane-event': type,
    'hooklane-delivery': `${id}.wh_1`,
    'hooklane-attempt': String(attempt),
  };
  return { ...change, headers, id, timestampSec, body: JSON.stringify(event) };
}
