/** What others wrote, made harmless for a terminal. */

/** Control characters, and those that turn the direction of the text around. */
const HARMFUL = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;
const HARMFUL_BUT_LINES = /(?![\n\t])[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** One line: control characters become visible, such as `\x1b`. A receiver's answer must not move our cursor. */
export function cleanLine(text: string): string {
  return text.replaceAll(HARMFUL, visible);
}

/** The same, but line ends and tabs stay; CRLF becomes LF. */
export function cleanLines(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll(HARMFUL_BUT_LINES, visible);
}

function visible(char: string): string {
  if (char === '\n') return String.raw`\n`;
  if (char === '\r') return String.raw`\r`;
  if (char === '\t') return String.raw`\t`;
  const code = char.codePointAt(0) ?? 0;
  return code < 256
    ? String.raw`\x${code.toString(16).padStart(2, '0')}`
    : String.raw`\u${code.toString(16)}`;
}
