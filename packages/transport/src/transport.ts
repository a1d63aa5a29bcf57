/** POSTs to receivers: one deadline, bounded answers, guarded addresses, no retry of its own. */
import { AbortGroups } from './abort-groups.ts';
import { parseNetworks, type Networks } from './address-guard.ts';
import { buildDispatch, TargetReader } from './build-dispatch.ts';
import { failureReason } from './classify-failure.ts';
import { Connections } from './connections.ts';
import { DeadlineQueue } from './deadline-queue.ts';
import { Exchange, MAX_BODY_MS, type ExchangeContext } from './exchange.ts';
import { createConnector } from './guarded-connector.ts';
import type { PortRange } from './ports-policy.ts';
import type { FailureReason, PostRequest, PostResult } from './post-result.ts';
import type { LookupAll } from './share-lookups.ts';
import { SocketBound } from './socket-bound.ts';

/** Settings of a transport; everything has a default. */
export interface TransportOptions {
  /** One deadline for all of connect, headers and body, ms. Default 15,000. */
  requestTimeoutMs?: number;
  /** For name look-up, TCP and TLS together, ms; above 1,000 it may come half a second late. Default 5,000. */
  connectTimeoutMs?: number;
  /** CIDRs that may be called though they are not public. Default none. */
  allowedNetworks?: readonly string[];
  /** The only ports that may be called. Default: every one that no other protocol is known for. */
  allowedPorts?: readonly PortRange[] | null;
  /**
   * The most sockets open at once, over all origins; a request beyond it fails with `local_resources` at once.
   * There is no bound per origin: many webhooks may share one, and each is bounded by its lane. Default 8,192.
   */
  maxSockets?: number;
  /** How long an idle connection is kept when the receiver does not say, ms. Default 4,000. */
  keepAliveMs?: number;
  /** The longest it is kept when the receiver does say, ms. Default 10,000. */
  keepAliveMaxMs?: number;
  /** The age at which a connection is no longer kept, ms, so that a change of DNS is seen. Default 60,000. */
  maxConnectionAgeMs?: number;
  /** Certificates to trust instead of the built-in ones, PEM. */
  ca?: string;
  /** Resolves a name to all its addresses. Default: the system's resolver. */
  lookup?: LookupAll;
}

/** Sends POSTs. */
export interface Transport {
  /**
   * One POST, exactly one result. Redirects are not followed. Never rejects for what a remote does or for a URL
   * that cannot be called: that is a {@link PostResult} too. `signal` ends it with `aborted`.
   */
  post(request: PostRequest, signal?: AbortSignal): Promise<PostResult>;
  /** Takes nothing new (`closed`), waits for what is under way (at most one request timeout), drops connections. */
  close(): Promise<void>;
  /** The same without waiting: what is under way ends with `closed`. */
  destroy(): Promise<void>;
}

const MAX_HEADER_BYTES = 16 * 1024;
/** More than all lanes of a worker use with the settings as they come: 192 runs of 32 tries at once. */
const DEFAULT_MAX_SOCKETS = 8192;

/** Makes a transport. Throws `invalid_setting` for a network that cannot be read. */
export function createTransport(options: TransportOptions = {}): Transport {
  const allowed = parseNetworks(options.allowedNetworks ?? []);
  const targets = new TargetReader({ allowed, allowedPorts: options.allowedPorts ?? null });
  const context = createContext(options, allowed);
  let closing: Promise<void> | undefined;
  let destroying: Promise<void> | undefined;
  return {
    post(request, signal) {
      const refusal = refuse(closing !== undefined, signal);
      const dispatch = refusal ?? buildDispatch(request, targets);
      if ('code' in dispatch) return Promise.resolve(failAtOnce(dispatch));
      return new Exchange(context, dispatch, { signal, keepBody: request.keepBody === true }).result;
    },
    close: () => (closing ??= closeContext(context)),
    destroy() {
      destroying ??= destroyContext(context);
      closing ??= destroying;
      return destroying;
    },
  };
}

function refuse(isClosed: boolean, signal: AbortSignal | undefined): FailureReason | null {
  if (isClosed) return failureReason('closed');
  return signal?.aborted === true ? failureReason('aborted') : null;
}

function failAtOnce(reason: FailureReason): PostResult {
  return { kind: 'failure', ...reason, durationMs: 0, sentFresh: false };
}

function createContext(options: TransportOptions, allowed: Networks): ExchangeContext {
  const { maxSockets = DEFAULT_MAX_SOCKETS, requestTimeoutMs = 15_000 } = options;
  const sockets = new SocketBound(
    createConnector({
      allowed,
      connectTimeoutMs: options.connectTimeoutMs ?? 5000,
      ...(options.ca === undefined ? {} : { ca: options.ca }),
      ...(options.lookup === undefined ? {} : { lookup: options.lookup }),
    }),
    maxSockets,
  );
  const clientOptions = {
    allowH2: false,
    pipelining: 1,
    keepAliveTimeout: options.keepAliveMs ?? 4000,
    keepAliveMaxTimeout: options.keepAliveMaxMs ?? 10_000,
    maxHeaderSize: MAX_HEADER_BYTES,
    // undici's own timers are per phase and start again with each byte; the exchange has one deadline for all.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  const maxAgeMs = options.maxConnectionAgeMs ?? 60_000;
  return {
    connections: new Connections({ clientOptions, connector: sockets.connector, sockets, maxAgeMs }),
    aborts: new AbortGroups(),
    deadlines: { answer: new DeadlineQueue(requestTimeoutMs), body: new DeadlineQueue(MAX_BODY_MS) },
    requestTimeoutMs,
  };
}

/** What is under way may need a second try on another connection, so the connections are ended last. */
async function closeContext(context: ExchangeContext): Promise<void> {
  await Promise.all(underWay(context).map(({ result }) => result));
  await endContext(context);
}

async function destroyContext(context: ExchangeContext): Promise<void> {
  for (const exchange of underWay(context)) exchange.onTransportDestroyed();
  await endContext(context);
}

function underWay({ deadlines: { answer, body } }: ExchangeContext): Exchange[] {
  return [...answer.members(), ...body.members()];
}

async function endContext({ connections, deadlines }: ExchangeContext): Promise<void> {
  await connections.destroy();
  deadlines.answer.clear();
  deadlines.body.clear();
}
