/** Reads request headers in the forms that servers hand them out. */

/** Headers of a request: Node's or Express's object, a `Headers`, a Map, or any list of pairs. Case does not matter. */
export type HeaderSource =
  Readonly<Record<string, string | readonly string[] | undefined>> | Iterable<readonly [string, string]>;

/** The value of a header, or null when it is missing or empty. Repeated values join as HTTP does, with `, `. */
export function readHeader(headers: HeaderSource, name: string): string | null {
  const wanted = name.toLowerCase();
  const values: string[] = [];
  for (const [key, value] of isIterable(headers) ? headers : Object.entries(headers)) {
    if (value !== undefined && key.toLowerCase() === wanted) values.push(...[value].flat());
  }
  const joined = values.join(', ');
  return joined === '' ? null : joined;
}

function isIterable(headers: HeaderSource): headers is Iterable<readonly [string, string]> {
  return Symbol.iterator in headers;
}
