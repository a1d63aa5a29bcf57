/** From a request to what undici dispatches, or to why it cannot be sent. Nothing here touches the network. */
import type { Dispatcher } from 'undici';
import { checkHost, parseNetworks, type Networks } from './address-guard.ts';
import { failureReason } from './classify-failure.ts';
import { isPortAllowed, type PortRange } from './ports-policy.ts';
import type { FailureReason, PostRequest } from './post-result.ts';

/** What may be called. */
export interface CallPolicy {
  allowed: Networks;
  /** null: every port that no other protocol is known for. */
  allowedPorts: readonly PortRange[] | null;
}

/** Framing and identity of the connection are set here or by undici; `host` would also choose the TLS name. */
const RESERVED_HEADERS: ReadonlySet<string> = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Tab, visible ASCII, Latin-1: no CR, LF or NUL, so a header cannot become two. */
const HEADER_VALUE = /^[\t\u0020-\u007e\u0080-\u00ff]*$/;

/** Origin and path of a URL that may be called. */
interface Target {
  origin: string;
  path: string;
}

/** How many URLs are remembered; a worker calls the same ones over and over. At most 2,048 characters each. */
const MAX_REMEMBERED_URLS = 20_000;

/** Reads URLs and asks the guard about them, once per URL while it is among the newest. */
export class TargetReader {
  readonly #policy: CallPolicy;
  readonly #known = new Map<string, Target | FailureReason>();

  constructor(policy: CallPolicy) {
    this.#policy = policy;
  }

  /** The target, or why it may not be called. Names are judged without DNS here, and again when connecting. */
  read(url: string): Target | FailureReason {
    const known = this.#known.get(url);
    if (known !== undefined) return known;
    const target = readTarget(url, this.#policy);
    if (this.#known.size >= MAX_REMEMBERED_URLS) this.#known.clear();
    this.#known.set(url, target);
    return target;
  }
}

/** What decides which URLs may be called; both as the settings give them. */
export interface UrlPolicy {
  /** CIDRs that may be called though they are not public. */
  allowedNetworks: readonly string[];
  /** The only ports that may be called; null or missing: every one that no other protocol is known for. */
  allowedPorts?: readonly PortRange[] | null;
}

const HINTS: Partial<Record<FailureReason['code'], string>> = {
  blocked_address: ' The operator can allow networks with HOOKLANE_ALLOWED_NETWORKS.',
  blocked_port: ' The operator can allow ports with HOOKLANE_ALLOWED_PORTS.',
};

/**
 * The quick answer when a webhook is registered: what is wrong with a URL as far as can be said without DNS, in a
 * sentence or two, or null. The same rules hold again when a request is sent. Throws `invalid_setting`.
 */
export function createUrlCheck(policy: UrlPolicy): (url: string) => string | null {
  const allowed = parseNetworks(policy.allowedNetworks);
  return (url) => {
    const target = readTarget(url, { allowed, allowedPorts: policy.allowedPorts ?? null });
    return 'code' in target ? target.message + (HINTS[target.code] ?? '') : null;
  };
}

/** A request that can be dispatched, or the failure that it already is. */
export function buildDispatch(
  request: PostRequest,
  targets: TargetReader,
): (Dispatcher.DispatchOptions & { origin: string }) | FailureReason {
  const target = targets.read(request.url);
  if ('code' in target) return target;
  const headers = flatHeaders(request.headers);
  if (!Array.isArray(headers)) return headers;
  return { origin: target.origin, path: target.path, method: 'POST', headers, body: request.body };
}

function readTarget(text: string, policy: CallPolicy): Target | FailureReason {
  const url = URL.parse(text);
  if (url === null) return badUrl('The URL cannot be read.');
  const { protocol } = url;
  if (protocol !== 'http:' && protocol !== 'https:') return badUrl('The URL must be http or https.');
  if (url.username !== '' || url.password !== '') {
    return badUrl('The URL must not hold a user name or password.');
  }
  if (url.port === '0') return badUrl('The port of the URL must be 1 to 65535.');
  const port = url.port === '' ? defaultPort(protocol) : Number(url.port);
  if (!isPortAllowed(port, policy.allowedPorts)) {
    return { code: 'blocked_port', message: `The port ${port} may not be called.` };
  }
  const problem = checkHost(url.hostname, policy.allowed);
  if (problem !== null) return { code: 'blocked_address', message: problem };
  return { origin: url.origin, path: url.pathname + url.search };
}

function defaultPort(protocol: 'http:' | 'https:'): number {
  return protocol === 'https:' ? 443 : 80;
}

/** Names that were found usable; nearly all requests have the same ones. */
const usableNames = new Set<string>();
const MAX_REMEMBERED_NAMES = 1000;

function isUsableName(name: string): boolean {
  if (usableNames.has(name)) return true;
  if (!HEADER_NAME.test(name) || RESERVED_HEADERS.has(name.toLowerCase())) return false;
  if (usableNames.size >= MAX_REMEMBERED_NAMES) usableNames.clear();
  usableNames.add(name);
  return true;
}

/** Names and values in turn. No compression is asked for: the excerpt is kept as it came, and nothing inflates. */
function flatHeaders(headers: Record<string, string>): string[] | FailureReason {
  const flat = ['accept-encoding', 'identity'];
  for (const name in headers) {
    const value = headers[name] ?? '';
    if (!isUsableName(name)) {
      return { code: 'bad_request', message: 'A header of the request has a name that cannot be used.' };
    }
    if (!HEADER_VALUE.test(value)) {
      return {
        code: 'bad_request',
        message: `The value of the header ${name} has characters that HTTP cannot carry.`,
      };
    }
    flat.push(name, value);
  }
  return flat;
}

function badUrl(message: string): FailureReason {
  return { ...failureReason('bad_url'), message };
}
