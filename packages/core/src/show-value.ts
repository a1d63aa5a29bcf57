/** How a refused value appears in a message: quoted, escaped, and never long. */

/** The most characters of a value that a message shows. */
const SHOWN_VALUE_CHARS = 80;

/**
 * A value as a message may show it: text is JSON-quoted (so control characters are visible) and cut at
 * {@link SHOWN_VALUE_CHARS} characters; lists and objects are named, not printed.
 */
export function showValue(value: unknown): string {
  if (typeof value === 'string') return showText(value);
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return 'a list';
  if (value === undefined) return 'missing';
  return typeof value === 'object' ? 'an object' : `of type ${typeof value}`;
}

function showText(text: string): string {
  if (text.length <= SHOWN_VALUE_CHARS) return JSON.stringify(text);
  return `${JSON.stringify(text.slice(0, SHOWN_VALUE_CHARS))}… (${text.length} characters)`;
}
