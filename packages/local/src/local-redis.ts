/** A Redis for one machine. */

/** Where a Redis came from: `REDIS_URL`, a server of our own, or a container of our own. */
export type LocalRedisKind = 'given' | 'private' | 'docker';

/** A Redis that answers. */
export interface LocalRedis {
  readonly kind: LocalRedisKind;
  readonly url: string;
  readonly port: number;
  /** Of a private server; it changes with `restart`. Missing for the other kinds. */
  readonly pid?: number;
  /** Where its data is kept; missing for a given one. */
  readonly dir?: string;
  /** Lets it write its data and end. Nothing for a given one. Harmless when repeated. */
  stop(): Promise<void>;
  /** Kills it at once, as a crash would; its folder stays claimed until `stop`. Rejects for a given one. */
  kill9(): Promise<void>;
  /** After `kill9` or a crash: starts it again on the same port with the same data. Rejects for a given one. */
  restart(): Promise<void>;
}

/** What starts one run of a Redis of our own. */
export interface OwnRedisOptions {
  /** The program: `redis-server`, `valkey-server` or `docker`, with its path. */
  program: string;
  /** The folder of its data; made when it is not there. */
  dir: string;
  /** Free on 127.0.0.1. */
  port: number;
  /** After {@link REDIS_ARGUMENTS}; the last one of a name wins. */
  args: readonly string[];
  /** More environment for the server; not in Docker. None when missing. */
  serverEnv?: Readonly<Record<string, string>> | undefined;
  /** Called when it ends and nobody told it to. */
  onDeath: (message: string) => void;
}

/** How a Redis of ours is set up: what it acknowledged survives a crash of the process, and nothing is evicted. */
export const REDIS_ARGUMENTS: readonly string[] = [
  '--appendonly',
  'yes',
  '--appendfsync',
  'everysec',
  '--save',
  '',
  '--maxmemory-policy',
  'noeviction',
];

/** A large append-only file takes a while to load, ms. */
export const READY_TIMEOUT_MS = 60_000;

/** How long a Redis may take to write its data and end, ms. */
export const STOP_TIMEOUT_MS = 10_000;
