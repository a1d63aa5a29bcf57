/** Opens a client of ioredis for one server, for the master that Sentinels name, or for a Cluster. */
import { Cluster, Redis } from 'ioredis';
import type { Command } from 'ioredis';
import { rememberFailures } from './failures.ts';
import type { ReadAccess } from './read-access.ts';
import type { RedisClient } from './redis-client.ts';
import { tlsOptions } from './tls-options.ts';
import type { TlsOptions } from './tls-options.ts';
import { writeTogether } from './write-together.ts';

/** How long a client waits, in ms, and what it does of its own accord. */
export interface ClientBounds {
  /** For a connection. */
  connectMs: number;
  /** For the answer to one command, with all that is done to get it; missing: for ever. */
  commandMs?: number;
  /**
   * The same with a Cluster, when `commandMs` is missing. While a master hangs and another takes its place, ioredis may
   * lose a command without a word: the one who waits for it would do so for ever.
   */
  clusterCommandMs?: number;
  /** A connection on which commands stay unanswered for so long is given up; missing: never, with one server. */
  socketMs?: number;
  /** How often a command is sent again after a connection was lost; null: until it is answered. */
  retries: number | null;
  /** Gathers the commands of one turn of the event loop, but scripts, into pipelines of ioredis. Not with a Cluster. */
  autoPipelining?: boolean;
}

/** How long ioredis waits for the other end when it hangs up, ms. */
export const DISCONNECT_MS = 100;

const LONGEST_RECONNECT_MS = 1000;

/** A Sentinel that does not answer in this time is passed over, ms. */
const SENTINEL_MS = 1000;

/** Between two tries of a command while a Cluster has no master for it, ms. */
const CLUSTER_RETRY_MS = 100;

/** Two nodes that each name the other one as the master are not asked in a tight loop, ms. */
const MOVED_RETRY_MS = 20;

/**
 * A node that hangs, rather than dies, is only noticed by silence: without this bound of silence, ms, a client would
 * wait for it although the Cluster, or the Sentinels, have made another one the master.
 */
const SILENT_NODE_MS = 10_000;

/**
 * Of the commands that ioredis gathers one pipeline is on its way at a time, and all of its answers come together: scripts of lanes
 * that have nothing to do with each other would wait for each other, and Redis and worker for one another.
 */
const SCRIPT_CALLS = ['evalsha', 'eval'];

/** What is done to each new client: for it, and for every duplicate that BullMQ makes of it. */
type OnClient = (client: RedisClient) => void;

const opened = new WeakMap<RedisClient, ReadAccess>();

/**
 * Opens one. It connects in the background, and again whenever it is lost. `onClient` is called for it and for every
 * duplicate of it; listen there to `error` and, of a Cluster, to `node error`.
 */
export function openClient(access: ReadAccess, bounds: ClientBounds, onClient?: OnClient): RedisClient {
  return prepare(rawClient(access, bounds), (client) => {
    opened.set(client, access);
    rememberFailures(client);
    if (client instanceof Redis) writeTogether(client);
    onClient?.(client);
  });
}

/** Opens another client to the Redis of a client that {@link openClient} made, with bounds of its own. */
export function openSibling(client: RedisClient, bounds: ClientBounds): RedisClient {
  const access = opened.get(client);
  if (access === undefined) throw new TypeError('Only a client of openClient has siblings.');
  return openClient(access, bounds);
}

function prepare<C extends RedisClient>(client: C, onClient: OnClient): C {
  onClient(client);
  const duplicate = client.duplicate.bind(client) as (...overrides: never[]) => C;
  client.duplicate = ((...overrides: never[]) =>
    prepare(duplicate(...overrides), onClient)) as C['duplicate'];
  return client;
}

function rawClient(access: ReadAccess, bounds: ClientBounds): RedisClient {
  const { address } = access;
  const tls = tlsOptions(access);
  if (address.kind === 'cluster') return openCluster(access, bounds, tls);
  const shared = {
    ...sharedOptions(bounds),
    ...(tls === undefined ? {} : { tls }),
    maxRetriesPerRequest: bounds.retries,
    enableAutoPipelining: bounds.autoPipelining ?? false,
    autoPipeliningIgnoredCommands: SCRIPT_CALLS,
    retryStrategy: reconnectDelay,
    ...(bounds.commandMs === undefined ? {} : { commandTimeout: bounds.commandMs }),
  };
  if (address.kind === 'single') return new Redis(access.url, shared);
  return new Redis({ ...sentinelOptions(access, tls), ...loginOptions(access), ...shared });
}

function sharedOptions(bounds: ClientBounds) {
  return {
    connectTimeout: bounds.connectMs,
    disconnectTimeout: DISCONNECT_MS,
    // After a failover the old master refuses writes: connect again, and send the command again.
    reconnectOnError: (error: Error) => (error.message.startsWith('READONLY') ? 2 : false),
    ...(bounds.socketMs === undefined ? {} : { socketTimeout: bounds.socketMs }),
  };
}

function loginOptions({ address: { user, password, database } }: ReadAccess) {
  return {
    db: database,
    ...(user === null ? {} : { username: user }),
    ...(password === null ? {} : { password }),
  };
}

function sentinelOptions(access: ReadAccess, tls: TlsOptions | undefined) {
  const { address, sentinelUser, sentinelPassword } = access;
  return {
    sentinels: [...address.hosts],
    name: address.master ?? '',
    sentinelCommandTimeout: SENTINEL_MS,
    sentinelRetryStrategy: reconnectDelay,
    socketTimeout: SILENT_NODE_MS,
    ...(sentinelUser === undefined ? {} : { sentinelUsername: sentinelUser }),
    ...(sentinelPassword === undefined ? {} : { sentinelPassword }),
    ...(tls === undefined ? {} : { sentinelTLS: tls, enableTLSForSentinelMode: true }),
  };
}

function reconnectDelay(times: number): number {
  return Math.min(100 * times, LONGEST_RECONNECT_MS);
}

function openCluster(access: ReadAccess, bounds: ClientBounds, tls: TlsOptions | undefined): Cluster {
  const cluster = new Cluster([...access.address.hosts], {
    clusterRetryStrategy: reconnectDelay,
    // A failover takes seconds: what a client may wait is bounded by time, not by the number of tries.
    maxRedirections: Number.MAX_SAFE_INTEGER,
    retryDelayOnFailover: CLUSTER_RETRY_MS,
    retryDelayOnClusterDown: CLUSTER_RETRY_MS,
    retryDelayOnTryAgain: CLUSTER_RETRY_MS,
    retryDelayOnMoved: MOVED_RETRY_MS,
    slotsRefreshTimeout: bounds.connectMs,
    // Names are left to the connection: the certificate is checked against them, and one that is gone harms no other.
    dnsLookup: (host, done) => done(null, host),
    redisOptions: {
      socketTimeout: SILENT_NODE_MS,
      ...sharedOptions(bounds),
      ...loginOptions(access),
      ...(tls === undefined ? {} : { tls }),
    },
  });
  const commandMs = bounds.commandMs ?? bounds.clusterCommandMs;
  return commandMs === undefined ? cluster : boundCommands(cluster, commandMs);
}

/** ioredis bounds the commands of a node, but not the time that a Cluster takes to find one. */
function boundCommands(cluster: Cluster, commandMs: number): Cluster {
  const send = cluster.sendCommand.bind(cluster);
  cluster.sendCommand = (command: Command, ...where: never[]) => {
    command.setTimeout(commandMs);
    return send(command, ...where);
  };
  const duplicate = cluster.duplicate.bind(cluster);
  cluster.duplicate = (...overrides) => boundCommands(duplicate(...overrides), commandMs);
  return cluster;
}
