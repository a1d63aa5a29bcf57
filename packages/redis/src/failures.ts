/** What goes wrong between us and Redis, and why. */
import { Cluster } from 'ioredis';
import type { Redis } from 'ioredis';
import type { RedisClient } from './redis-client.ts';

const LOST =
  /^(Command timed out|Connection is closed|Stream isn't writeable|Socket timeout|None of startup nodes|Cluster (is ended|isn't ready)|Too many Cluster redirections|All sentinels are unreachable|Failed to refresh slots|Too few replicas)/;

/** Whether the way to Redis failed. What Redis itself answers is a `ReplyError`, and is none of these. */
export function isConnectionFailure(error: unknown): error is Error {
  if (!(error instanceof Error) || error.name === 'ReplyError') return false;
  if (['MaxRetriesPerRequestError', 'AbortError', 'ClusterAllFailedError'].includes(error.name)) return true;
  return ('code' in error && typeof error.code === 'string') || LOST.test(error.message);
}

/** The latest failure of a client since it was last connected, and when. */
const latest = new WeakMap<RedisClient, { error: Error; at: number }>();

/** With one node of a Cluster away the client is connected all the same: what it said is not held against it for longer, ms. */
const NODE_FAILURE_MS = 5000;

/** Why a client has no connection at present, in words for an operator; undefined while it has one. */
export function whyUnconnected(client: RedisClient): string | undefined {
  const failure = latest.get(client);
  if (failure === undefined) return undefined;
  const isPast = client.status === 'ready' && performance.now() - failure.at > NODE_FAILURE_MS;
  return isPast ? undefined : reasonOf(failure.error);
}

/** What ioredis says of a connection when it does not say why it could not be made. */
const VAGUE = /Connection is closed\.?$/;

/** Remembers the latest failure of a client until it is connected, or has ended. */
export function rememberFailures(client: RedisClient): void {
  client.on('error', (error: Error) => note(client, error));
  client.on('node error', (error: Error) => note(client, error));
  for (const event of ['ready', 'end']) client.on(event, () => latest.delete(client));
  tellCauses(client);
}

function note(client: RedisClient, error: Error): void {
  const known = VAGUE.test(causeOf(error).message) ? latest.get(client)?.error : undefined;
  latest.set(client, { error: known ?? error, at: performance.now() });
}

/**
 * ioredis asks Sentinels, and nodes for the map of a Cluster, over connections of their own and keeps to itself why one
 * of these could not be made: here it comes out as a `node error` of the client.
 */
function tellCauses(client: RedisClient): void {
  const tell = (asker: Redis): Redis => asker.on('error', (error) => client.emit('node error', error));
  if (client instanceof Cluster) {
    client.on('+node', (node: Redis) => {
      const duplicate = node.duplicate.bind(node);
      node.duplicate = (options) => tell(duplicate(options));
    });
    return;
  }
  const connector = Reflect.get(client, 'connector') as { connectToSentinel?: (...where: never[]) => Redis };
  const connect = connector.connectToSentinel?.bind(connector);
  if (connect !== undefined) connector.connectToSentinel = (...where) => tell(connect(...where));
}

/** Codes of a certificate that the authorities at hand do not vouch for. */
const UNKNOWN_AUTHORITY =
  /^(UNABLE_TO_(VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT(_LOCALLY)?)|(SELF_SIGNED|DEPTH_ZERO_SELF_SIGNED)_CERT(_IN_CHAIN)?)$/;

/** The same failure in words for an operator: with what to do about it, where that is known. */
export function explainFailure(error: Error): Error {
  const reason = reasonOf(error);
  return reason === error.message ? error : new Error(reason, { cause: error });
}

function causeOf(error: Error): Error {
  return 'lastNodeError' in error && error.lastNodeError instanceof Error ? error.lastNodeError : error;
}

function reasonOf(error: Error): string {
  const cause = causeOf(error);
  const code = 'code' in cause ? String(cause.code) : '';
  if (UNKNOWN_AUTHORITY.test(code)) {
    return `${cause.message}: its certificate is not of an authority that is known here; HOOKLANE_REDIS_CA_FILE names the file of one`;
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return `${cause.message} HOOKLANE_REDIS_SERVER_NAME says which name to expect instead`;
  }
  return cause.message;
}
