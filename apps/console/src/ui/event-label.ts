/** The four events in the words of the screen. */
import { EVENT_TYPE_LABELS, EVENT_TYPES } from '@hooklane/core';
import type { EventType, ScopeKind } from '@hooklane/core';

/** `build.started` → Build Started. */
export function eventLabel(type: EventType): string {
  return EVENT_TYPE_LABELS[type];
}

/** The events that a webhook of this kind of scope can have. */
export function eventsOf(kind: ScopeKind): EventType[] {
  const family = kind === 'application' ? 'build.' : 'deploy.';
  return EVENT_TYPES.filter((type) => type.startsWith(family));
}
