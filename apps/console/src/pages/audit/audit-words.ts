/** What was done, in the words of the API reference. */
import { ROUTES } from '@hooklane/client';
import type { RouteId } from '@hooklane/client';

/** `updateWebhook` → Change a webhook. An action that this version does not know keeps its name. */
export function actionLabel(action: string): string {
  return action in ROUTES ? ROUTES[action as RouteId].summary : action;
}

/** Data rather than changes, or the end of a session: they are not written down. */
const UNLISTED: ReadonlySet<string> = new Set(['emitEvent', 'deleteSession']);

/** What the log can hold. */
export const AUDIT_ACTIONS: readonly { action: string; label: string }[] = Object.entries(ROUTES)
  .filter(([action, { method }]) => method !== 'GET' && !UNLISTED.has(action))
  .map(([action, { summary }]) => ({ action, label: summary }))
  .toSorted((a, b) => a.label.localeCompare(b.label));
