/**
 * Looks into a JSON text, and cuts one member out of it, without reading and writing it again. JSON.parse and
 * JSON.stringify would change what they pass on: 1.0 becomes 1, large numbers lose digits, keys that look like
 * integers move.
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;

/**
 * The text of the top-level member `key` of a JSON object, without the whitespace outside strings and with
 * nothing else changed. null: `json` is no object, or has no such member. Of equal keys the last one wins, as
 * with JSON.parse. `json` must be a text that JSON.parse accepts. Takes time in proportion to its length.
 */
export function sliceMember(json: string, key: string): string | null {
  let at = skipSpace(json, 0);
  if (json[at] !== '{') return null;
  let found: { start: number; end: number } | null = null;
  at = skipSpace(json, at + 1);
  while (json.charCodeAt(at) === QUOTE) {
    const keyEnd = skipString(json, at);
    const isWanted = keyAt(json, at, keyEnd) === key;
    const afterColon = skipSpace(json, keyEnd) + 1;
    const start = skipSpace(json, afterColon);
    const end = skipValue(json, start);
    if (isWanted) found = { start, end };
    at = skipSpace(json, end);
    if (json.charCodeAt(at) === COMMA) at = skipSpace(json, at + 1);
  }
  return found === null ? null : withoutSpace(json, found.start, found.end);
}

/**
 * Whether objects and lists stand in each other more than `levels` deep; `{}` is one level. `json` must be a text
 * that JSON.parse accepts. Takes time in proportion to its length.
 */
export function isNestedDeeper(json: string, levels: number): boolean {
  let depth = 0;
  let at = 0;
  while (at < json.length) {
    const code = json.charCodeAt(at);
    if (code === OPEN_OBJECT || code === OPEN_LIST) depth += 1;
    if (code === CLOSE_OBJECT || code === CLOSE_LIST) depth -= 1;
    if (depth > levels) return true;
    at = code === QUOTE ? skipString(json, at) : at + 1;
  }
  return false;
}

function keyAt(json: string, start: number, end: number): string {
  const raw = json.slice(start + 1, end - 1);
  return raw.includes('\\') ? (JSON.parse(`"${raw}"`) as string) : raw;
}

/** JSON knows four kinds of whitespace; other characters below `!` cannot stand outside strings. */
function isSpace(code: number): boolean {
  return code <= 0x20;
}

function skipSpace(json: string, from: number): number {
  let at = from;
  while (at < json.length && isSpace(json.charCodeAt(at))) at += 1;
  return at;
}

/** The index after the string that starts at `from`: after the first quote with an even run of backslashes before it. */
function skipString(json: string, from: number): number {
  let at = json.indexOf('"', from + 1);
  while (at !== -1) {
    let first = at;
    while (json.charCodeAt(first - 1) === BACKSLASH) first -= 1;
    if ((at - first) % 2 === 0) return at + 1;
    at = json.indexOf('"', at + 1);
  }
  return json.length;
}

/** The index after the value that starts at `from`, without the whitespace that follows it. */
function skipValue(json: string, from: number): number {
  const first = json.charCodeAt(from);
  if (first === QUOTE) return skipString(json, from);
  if (first === OPEN_OBJECT || first === OPEN_LIST) return skipNested(json, from);
  let at = from;
  while (at < json.length && !endsScalar(json.charCodeAt(at))) at += 1;
  return at;
}

/** After a number, true, false or null. */
function endsScalar(code: number): boolean {
  return code === COMMA || code === CLOSE_OBJECT || isSpace(code);
}

/** A loop, not recursion: the depth of a text is not bounded. */
function skipNested(json: string, from: number): number {
  let depth = 0;
  let at = from;
  while (at < json.length) {
    const code = json.charCodeAt(at);
    if (code === OPEN_OBJECT || code === OPEN_LIST) depth += 1;
    if (code === CLOSE_OBJECT || code === CLOSE_LIST) depth -= 1;
    at = code === QUOTE ? skipString(json, at) : at + 1;
    if (depth === 0) return at;
  }
  return at;
}

function withoutSpace(json: string, start: number, end: number): string {
  const parts: string[] = [];
  let kept = start;
  let at = start;
  while (at < end) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) {
      at = skipString(json, at);
    } else if (isSpace(code)) {
      parts.push(json.slice(kept, at));
      at = skipSpace(json, at);
      kept = at;
    } else {
      at += 1;
    }
  }
  parts.push(json.slice(kept, end));
  return parts.join('');
}
