/** A real Redis of a test file's own. */

/** What a test may ask of its Redis when it starts it. */
export interface TestRedisOptions {
  /** Keep what was written over `kill9` and `restart` (an append-only file). Default false: faster. */
  aof?: boolean;
  /** More arguments for the server, such as `['--maxmemory', '10mb']`. They win over ours. */
  args?: readonly string[];
  /** Its port; default any free one. Only for a server of this machine. */
  port?: number;
  /** More environment for it. Only for a server of this machine. */
  serverEnv?: Readonly<Record<string, string>>;
}

/** A Redis that belongs to one test file: empty at first, on its own port of 127.0.0.1. Call `stop` in `afterAll`. */
export interface TestRedis {
  readonly url: string;
  readonly port: number;
  /** A server of this machine, or one in a container. */
  readonly kind: 'process' | 'container';
  /** Ends it and removes its data. Harmless when repeated. */
  stop(): Promise<void>;
  /** Kills it at once, as a crash would. Its data folder stays. */
  kill9(): Promise<void>;
  /** Starts it again on the same port with the same data, after `kill9`; ends it first when it is up. */
  restart(): Promise<void>;
  /** Freezes it: connections stay open and nothing is answered, as in a long stall. */
  pause(): Promise<void>;
  /** Lets a frozen one go on. */
  resume(): Promise<void>;
  /** Removes all keys. */
  flush(): Promise<void>;
}

/** The arguments that both ways of starting share. The last one of a name wins. */
export function serverArguments(options: TestRedisOptions): string[] {
  return ['--appendonly', options.aof === true ? 'yes' : 'no', ...(options.args ?? [])];
}
