/** What a webhook must hold to beyond the form of each field. All throw `invalid_field`. */
import { EVENT_TYPES, HooklaneError, scopeKindOf, secretProblem } from '@hooklane/core';
import type { EventType, ScopeKind, SigningProfile } from '@hooklane/core';

/** Build events belong to applications, deploy events to environments. */
export function demandSuitingEvent(kind: ScopeKind, event: EventType): void {
  if (scopeKindOf(event) === kind) return;
  const [first, second] = EVENT_TYPES.filter((type) => scopeKindOf(type) === kind);
  const noun = kind === 'application' ? 'an application' : 'an environment';
  refuse('event', `event must be ${first} or ${second} for ${noun}; this one is "${event}".`);
}

/** A secret that suits the profile; `token` cannot do without one. */
export function demandSuitingSecret(secret: string | null, signing: SigningProfile): void {
  if (secret === null && signing === 'token') {
    refuse('secret', 'secret is missing: signing "token" sends it in a header, so it needs one.');
  }
  const problem = secret === null ? null : secretProblem(secret, signing);
  if (problem !== null) refuse('secret', problem);
}

/** A host that may be called, as far as can be seen without asking DNS. */
export function demandCallableUrl(url: string, checkUrl: (url: string) => string | null): void {
  const problem = checkUrl(url);
  if (problem !== null) refuse('url', problem);
}

/** Throws `invalid_field`. */
export function refuse(field: string, detail: string): never {
  throw new HooklaneError('invalid_field', { field, detail });
}
