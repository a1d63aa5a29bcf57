/** Between a time of the API and a `datetime-local` field, which shows the zone of the browser. */

/** RFC 3339 → `2026-11-26T08:30:00` in the local zone; empty when there is none. */
export function localInputText(time: string | undefined): string {
  if (time === undefined) return '';
  const at = new Date(time);
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19);
}

/** The other way; undefined when the field is empty. */
export function utcOfLocalInput(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}
