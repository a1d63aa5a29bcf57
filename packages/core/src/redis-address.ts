/** Where Redis is: one address, a Cluster by some of its nodes, or a master by the Sentinels that watch it. */

/** One host of an address. */
export interface RedisHost {
  host: string;
  port: number;
}

/** A Redis URL, read. */
export interface RedisAddress {
  /** `single`: one server; `cluster`: some nodes of a Redis Cluster; `sentinel`: some Sentinels. */
  kind: 'single' | 'cluster' | 'sentinel';
  tls: boolean;
  /** 1 to {@link MAX_REDIS_HOSTS}. */
  hosts: readonly RedisHost[];
  /** Of Redis, never of the Sentinels; null: none. */
  user: string | null;
  password: string | null;
  /** 0 to 15; 0 for a Cluster. */
  database: number;
  /** The name under which the Sentinels know the master; null unless `kind` is `sentinel`. */
  master: string | null;
}

/** How to reach Redis: its URL, and what a URL has no place for. */
export interface RedisAccess {
  /** As {@link parseRedisUrl} reads it. */
  url: string;
  /** PEM texts of the authorities that may vouch for Redis's certificate; without it those that Node knows. */
  ca?: string | undefined;
  /** The name that the certificates must be for; without it that of the host that was connected to. */
  serverName?: string | undefined;
  /** What the Sentinels ask for themselves; without it nothing. */
  sentinelUser?: string | undefined;
  sentinelPassword?: string | undefined;
}

/** An address, or the bound that a text breaks: it completes "REDIS_URL must be …". */
export type RedisUrlCheck = { ok: true; address: RedisAddress } | { ok: false; bound: string; hint?: string };

/** The most hosts of one URL: a few are enough to find all the others. */
const MAX_REDIS_HOSTS = 32;

/** The last database of a Redis that was not told to have more. */
const MAX_DATABASE = 15;

const FORM = /^(rediss?)(?:\+(cluster|sentinel))?:\/\/(?:([^/?]*)@)?([^/?@]*)(\/[^?]*)?(?:\?(.*))?$/is;

const BOUNDS = {
  single: 'a URL such as redis://127.0.0.1:6379 or rediss://user:password@host:6380',
  cluster: `a URL with 1 to ${MAX_REDIS_HOSTS} nodes, such as redis+cluster://user:password@node-1:6379,node-2:6379`,
  sentinel: `a URL with 1 to ${MAX_REDIS_HOSTS} Sentinels and the name of the master, such as redis+sentinel://user:password@sentinel-1:26379,sentinel-2:26379/mymaster/0`,
} as const;

const DEFAULT_PORTS = { single: 6379, cluster: 6379, sentinel: 26_379 } as const;

/**
 * Reads `redis://host`, `redis+cluster://host,host` or `redis+sentinel://host,host/master`; with `rediss` in place of
 * `redis` by TLS. User and password are percent-encoded, and are those of Redis. A database number comes last, as
 * `/1` or `?db=1`; a Cluster has none. The number has a bound because the client goes on with database 0, silently, when
 * Redis has none of that number.
 */
export function parseRedisUrl(text: string): RedisUrlCheck {
  const [, scheme, form = 'single', userInfo, hostList = '', path = '', query = ''] = FORM.exec(text) ?? [];
  if (scheme === undefined) return { ok: false, bound: BOUNDS.single };
  const kind = form.toLowerCase() as RedisAddress['kind'];
  const hosts = readHosts(hostList, DEFAULT_PORTS[kind]);
  const login = readLogin(userInfo ?? '');
  const place = readPlace(kind, path.slice(1));
  if (hosts === null || login === null || place === null) return { ok: false, bound: BOUNDS[kind] };
  if (kind === 'single' && hosts.length > 1) return severalHosts();
  const database = readDatabase(kind, [place.database, new URLSearchParams(query).get('db') ?? '']);
  if (database === null) return badDatabase(kind);
  const tls = scheme.toLowerCase() === 'rediss';
  return { ok: true, address: { kind, tls, hosts, ...login, database, master: place.master } };
}

/** `host:port` of each host, for messages: never a password. */
export function formatRedisHosts({ hosts }: RedisAddress): string {
  return hosts.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`).join(', ');
}

function severalHosts(): RedisUrlCheck {
  const hint = 'Several hosts are a redis+cluster:// or a redis+sentinel:// address.';
  return { ok: false, bound: BOUNDS.single, hint };
}

function badDatabase(kind: RedisAddress['kind']): RedisUrlCheck {
  if (kind === 'cluster') {
    return { ok: false, bound: BOUNDS.cluster, hint: 'A Redis Cluster has no databases but 0.' };
  }
  const example =
    kind === 'single' ? 'redis://127.0.0.1:6379/1' : 'redis+sentinel://sentinel-1:26379/mymaster/1';
  const hint = 'Of one that Redis does not have, the client would silently make 0.';
  return { ok: false, bound: `a URL with a database from 0 to ${MAX_DATABASE}, such as ${example}`, hint };
}

/** The client takes it from the path, and without one from the query; both must be good. */
function readDatabase(kind: RedisAddress['kind'], texts: readonly string[]): number | null {
  const isGood = (text: string): boolean =>
    text === '' || (/^\d{1,2}$/.test(text) && Number(text) <= (kind === 'cluster' ? 0 : MAX_DATABASE));
  return texts.every(isGood) ? Number(texts.find((text) => text !== '') ?? 0) : null;
}

/** What the path says: the master of Sentinels, and the number of the database. */
function readPlace(
  kind: RedisAddress['kind'],
  path: string,
): { master: string | null; database: string } | null {
  if (kind !== 'sentinel') return { master: null, database: path };
  const [, name = '', database = ''] = /^([^/]+)(?:\/(.*))?$/.exec(path) ?? [];
  const master = decode(name);
  return master === null || master === '' ? null : { master, database };
}

function readLogin(text: string): Pick<RedisAddress, 'user' | 'password'> | null {
  const colon = text.indexOf(':');
  const user = decode(colon === -1 ? text : text.slice(0, colon));
  const password = decode(colon === -1 ? '' : text.slice(colon + 1));
  if (user === null || password === null) return null;
  return { user: user === '' ? null : user, password: password === '' ? null : password };
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

function readHosts(text: string, port: number): RedisHost[] | null {
  const entries = text.split(',', MAX_REDIS_HOSTS + 1).map((entry) => readHost(entry.trim(), port));
  const hosts = entries.filter((host) => host !== null);
  return hosts.length === entries.length && hosts.length <= MAX_REDIS_HOSTS ? hosts : null;
}

function readHost(text: string, port: number): RedisHost | null {
  const url = /^[^/@?#]+$/.test(text) ? URL.parse(`redis://${text}`) : null;
  if (url === null || url.hostname === '' || url.port === '0') return null;
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: url.port === '' ? port : Number(url.port) };
}
