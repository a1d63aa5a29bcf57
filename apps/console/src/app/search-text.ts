/** The query of an address: plain names and values, the same as the API's, so that one can be typed or shared. */

/** `?status=dead&statusCode=500` → its parts, all of them texts. */
export function parseSearch(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}

/** The other way; what is undefined or empty is left out. */
export function stringifySearch(search: Readonly<Record<string, unknown>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (typeof value === 'string' ? value !== '' : typeof value === 'number') query.set(name, String(value));
    if (value === true) query.set(name, 'true');
  }
  return query.size === 0 ? '' : `?${query.toString()}`;
}
