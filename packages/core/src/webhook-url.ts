/** Which URLs a webhook may have. Whether its address may be called is decided where sockets are made. */
import { showValue } from './show-value.ts';

/** The most characters of a webhook's URL, as given and as normalised. */
export const MAX_WEBHOOK_URL_CHARS = 2048;

const USER_INFO = /^\s*https?:[/\\]*[^/?#\\]*@/i;
const USER_INFO_PROBLEM =
  'The URL must not contain a user name or password; use a header (signing "token") or the query instead.';

/** A URL that can be called, as the WHATWG parser normalises it, or one sentence that says why not. */
export type WebhookUrlCheck = { ok: true; url: string } | { ok: false; message: string };

/**
 * Accepts `http://` and `https://` URLs of at most {@link MAX_WEBHOOK_URL_CHARS} characters, to a name or an
 * address, with any port, path and query. Refuses user info, fragments, spaces and control characters.
 */
export function checkWebhookUrl(text: string): WebhookUrlCheck {
  const problem = textProblem(text);
  if (problem !== null) return refuse(problem);
  const url = URL.parse(text);
  if (url === null) return refuse(`The URL cannot be read; this one is ${showValue(text)}.`);
  const parsedProblem = urlProblem(url);
  if (parsedProblem !== null) return refuse(parsedProblem);
  return { ok: true, url: url.href };
}

function textProblem(text: string): string | null {
  if (text.length > MAX_WEBHOOK_URL_CHARS) return lengthProblem(text);
  // First, because the messages below show the URL, and this one may hold a password.
  if (USER_INFO.test(text)) return USER_INFO_PROBLEM;
  // The parser would drop tabs and line ends in silence, and trim spaces.
  if (/[\p{Cc}\s]/u.test(text)) {
    return `The URL must not contain spaces or control characters; this one is ${showValue(text)}.`;
  }
  // Programs disagree on which host `http://a\\@b/` names; the next one that reads this URL may be another.
  if (text.includes('\\')) return `The URL must not contain a backslash; this one is ${showValue(text)}.`;
  if (!text.isWellFormed()) return `The URL must be whole Unicode text; this one is ${showValue(text)}.`;
  if (!/^https?:\/\//i.test(text)) {
    return `The URL must begin with http:// or https://; this one is ${showValue(text)}.`;
  }
  return null;
}

function urlProblem(url: URL): string | null {
  if (url.href.includes('#')) return 'The URL must not have a fragment (#…): it is never sent to a server.';
  if (url.port === '0') return 'The URL must have a port of 1 to 65535; this one is 0.';
  return url.href.length > MAX_WEBHOOK_URL_CHARS ? lengthProblem(url.href) : null;
}

function lengthProblem(text: string): string {
  return `The URL must have at most ${MAX_WEBHOOK_URL_CHARS} characters; this one has ${text.length}.`;
}

function refuse(message: string): WebhookUrlCheck {
  return { ok: false, message };
}
