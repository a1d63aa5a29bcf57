/** POSTs to receivers: one deadline, bounded answers, guarded addresses, no retry of its own. */
import { Agent } from 'undici';
import { AbortGroups } from './abort-groups.ts';
import { parseNetworks, type Networks } from './address-guard.ts';
import { buildDispatch, TargetReader } from './build-dispatch.ts';
import { failureReason } from './classify-failure.ts';
import { ConnectionWatch } from './connection-watch.ts';
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
  const settings = {
    connect: sockets.connector,
    allowH2: false,
    // No request ever waits for a connection that another one holds: when all are busy, one more is opened.
    connections: null,
    keepAliveTimeout: options.keepAliveMs ?? 4000,
    keepAliveMaxTimeout: options.keepAliveMaxMs ?? 10_000,
    maxHeaderSize: MAX_HEADER_BYTES,
    // undici's own timers are per phase and start again with each byte; the exchange has one deadline for all.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  return {
    pooled: new Agent({ ...settings, pipelining: 1 }),
    // pipelining 0 is undici's way to say: no keep-alive. Every request gets a connection that nobody used.
    fresh: new Agent({ ...settings, pipelining: 0 }),
    connections: new ConnectionWatch(options.maxConnectionAgeMs ?? 60_000, sockets),
    aborts: new AbortGroups(),
    deadlines: { answer: new DeadlineQueue(requestTimeoutMs), body: new DeadlineQueue(MAX_BODY_MS) },
    requestTimeoutMs,
  };
}

/** First the pool that keeps connections: what it still does may need a second try on the other. */
async function closeContext(context: ExchangeContext): Promise<void> {
  await context.pooled.close();
  // A destroyed agent refuses to be closed.
  if (!context.fresh.destroyed) await context.fresh.close();
  dropContext(context);
}

async function destroyContext(context: ExchangeContext): Promise<void> {
  // An agent that is closing no longer knows its pools, so each exchange is ended by itself.
  const { answer, body } = context.deadlines;
  for (const exchange of [...answer.members(), ...body.members()]) exchange.onTransportDestroyed();
  await Promise.all([context.pooled.destroy(), context.fresh.destroy()]);
  dropContext(context);
}

function dropContext({ deadlines, connections }: ExchangeContext): void {
  deadlines.answer.clear();
  deadlines.body.clear();
  connections.close();
}
