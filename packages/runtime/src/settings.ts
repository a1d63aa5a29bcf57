/** The environment settings of every program: DESIGN section 4 "Settings", and some of our own. */
import { HooklaneError, MAX_RETRY_AFTER_MS, MAX_SHARDS } from '@hooklane/core';
import type { RedisAccess, RetryPolicy } from '@hooklane/core';
import { z } from 'zod';
import {
  apiTokenText,
  bytesText,
  choiceText,
  dirText,
  durationText,
  hiddenText,
  hostNameText,
  httpUrlText,
  networksText,
  pathText,
  plainText,
  portsText,
  redisUrlText,
  retryScheduleText,
  secretKeyText,
  secretKeysText,
  shardsText,
  wholeNumberText,
} from './setting-readers.ts';
import type { PortRange } from './setting-readers.ts';
import { readRedisAccess } from './redis-settings.ts';
import { notEmpty, readSettingFiles } from './setting-files.ts';
import type { Environment, FileRefusal } from './setting-files.ts';

/** From most to least. */
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** One of the levels: `trace`, `debug`, `info`, `warn`, `error`, `fatal`, `silent`. */
export type LogLevel = (typeof LOG_LEVELS)[number];

const MEBIBYTE = 2 ** 20;
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Every setting: its name in the environment, its bounds, its default. */
const schema = z.object({
  REDIS_URL: redisUrlText('redis://127.0.0.1:6379'),
  HOOKLANE_REDIS_CA_FILE: pathText(),
  HOOKLANE_REDIS_SERVER_NAME: hostNameText(),
  HOOKLANE_REDIS_SENTINEL_USER: plainText(200),
  HOOKLANE_REDIS_SENTINEL_PASSWORD: hiddenText(1000),
  HOOKLANE_REDIS_REPLICAS: wholeNumberText({ min: 0, max: 10, preset: 0 }),
  PORT: wholeNumberText({ min: 0, max: 65_535, preset: 8080 }),
  HOOKLANE_API_TOKEN: apiTokenText(),
  HOOKLANE_SECRET_KEY: secretKeyText(),
  HOOKLANE_OTHER_SECRET_KEYS: secretKeysText(),
  HOOKLANE_RETRY_SCHEDULE: retryScheduleText(),
  HOOKLANE_RETRY_AFTER_MAX: durationText({ min: 0, max: 7 * DAY, preset: MAX_RETRY_AFTER_MS }),
  HOOKLANE_REQUEST_TIMEOUT: durationText({ min: 100, max: MINUTE, preset: 15 * SECOND }),
  HOOKLANE_ALLOWED_NETWORKS: networksText(),
  HOOKLANE_ALLOWED_PORTS: portsText(),
  HOOKLANE_AUDIT_RETENTION: durationText({ min: HOUR, max: 3660 * DAY, preset: 90 * DAY }),
  HOOKLANE_RATE_LIMIT: wholeNumberText({ min: 0, max: 100_000_000, preset: 600_000 }),
  HOOKLANE_AUTH_FAILURE_LIMIT: wholeNumberText({ min: 0, max: 1_000_000, preset: 30 }),
  HOOKLANE_SHARDS: wholeNumberText({ min: 1, max: MAX_SHARDS, preset: 1 }),
  HOOKLANE_WORKER_SHARDS: shardsText(),
  HOOKLANE_DATA_DIR: dirText('.hooklane'),
  HOOKLANE_RETENTION: durationText({ min: MINUTE, max: 366 * DAY, preset: 7 * DAY }),
  HOOKLANE_LANE_SLOTS: wholeNumberText({ min: 1, max: 1000, preset: 64 }),
  HOOKLANE_SLOW_LANE_SLOTS: wholeNumberText({ min: 1, max: 1000, preset: 64 }),
  HOOKLANE_GRACE: durationText({ min: 0, max: 10 * MINUTE, preset: 20 * SECOND }),
  HOOKLANE_BREAKER_FAULTS: wholeNumberText({ min: 0, max: 1_000_000, preset: 10 }),
  HOOKLANE_BREAKER_SPAN: durationText({ min: 0, max: HOUR, preset: 30 * SECOND }),
  HOOKLANE_DISABLE_AFTER: durationText({ min: 0, max: 366 * DAY, preset: 5 * DAY }),
  HOOKLANE_REDIS_BUDGET: bytesText({ min: MEBIBYTE, max: 2 ** 50 }),
  LOG_LEVEL: choiceText(LOG_LEVELS, 'info'),
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrlText(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: httpUrlText(),
  OTEL_SERVICE_NAME: plainText(100),
});

/** The names of all settings in the environment. */
export const SETTING_NAMES = Object.keys(schema.shape) as readonly (keyof typeof schema.shape)[];

/** What the environment says, read and checked. Durations are ms. */
export interface Settings {
  /**
   * `REDIS_URL`: one server, a Cluster or Sentinels, as `parseRedisUrl` reads it; `HOOKLANE_REDIS_CA_FILE` and
   * `HOOKLANE_REDIS_SERVER_NAME`: whose certificates are good, and for which name;
   * `HOOKLANE_REDIS_SENTINEL_USER` and `…_PASSWORD`: what the Sentinels ask for themselves.
   */
  readonly redis: Readonly<RedisAccess>;
  /** `HOOKLANE_REDIS_REPLICAS`: replicas that must have an event before it is acknowledged, 0 to 10. */
  readonly redisReplicas: number;
  /** `PORT`: of the program's HTTP server, 0 to 65535; 0 is any free one. */
  readonly port: number;
  /** `HOOKLANE_API_TOKEN`: at least 16 characters and no placeholder; null: see `loadApiToken`. */
  readonly apiToken: string | null;
  /** `HOOKLANE_OTHER_SECRET_KEYS`: keys that secrets are read with as well, but never written: for rotation. At most 5. */
  readonly otherSecretKeys: readonly string[];
  /** `HOOKLANE_SECRET_KEY`: base64 of 32 bytes; null: see `loadSecretKey`. */
  readonly secretKey: string | null;
  /** `HOOKLANE_RETRY_SCHEDULE`, with the jitter of the design; `HOOKLANE_RETRY_AFTER_MAX`: the longest wait that a receiver may ask for, 0s to 7d. */
  readonly retryPolicy: RetryPolicy;
  /** `HOOKLANE_REQUEST_TIMEOUT`: one deadline for connect, headers and body, 100ms to 1m. */
  readonly requestTimeoutMs: number;
  /** `HOOKLANE_ALLOWED_NETWORKS`: CIDRs that the address guard lets through; empty: public addresses only. */
  readonly allowedNetworks: readonly string[];
  /**
   * `HOOKLANE_ALLOWED_PORTS`: the only ports of webhooks, as ranges; null: every port but those of other protocols (the
   * bad ports of the Fetch standard, and a few data bases).
   */
  readonly allowedPorts: readonly PortRange[] | null;
  /** `HOOKLANE_AUDIT_RETENTION`: how long the audit log is kept, 1h to 3660d. */
  readonly auditRetentionMs: number;
  /** `HOOKLANE_RATE_LIMIT`: requests that one token may make on one server in a minute; 0: no limit. */
  readonly rateLimit: number;
  /** `HOOKLANE_AUTH_FAILURE_LIMIT`: wrong tokens that one network may show one server in a minute; 0: no limit. */
  readonly authFailureLimit: number;
  /** `HOOKLANE_SHARDS`: how many shards there are, 1 to 256; the same for every program. */
  readonly shards: number;
  /** `HOOKLANE_WORKER_SHARDS`: the shards that this worker serves, in rising order; by default all. */
  readonly workerShards: readonly number[];
  /** `HOOKLANE_DATA_DIR`: as given, not resolved. */
  readonly dataDir: string;
  /** `HOOKLANE_RETENTION`: how long events and their history are kept, 1m to 366d. */
  readonly retentionMs: number;
  /** `HOOKLANE_LANE_SLOTS`: lanes one worker runs at a time, 1 to 1000. */
  readonly laneSlots: number;
  /** `HOOKLANE_SLOW_LANE_SLOTS`: the same for lanes that are open or slow, 1 to 1000. */
  readonly slowLaneSlots: number;
  /** `HOOKLANE_GRACE`: how long a program that was told to stop may finish its work, 0s to 10m. */
  readonly graceMs: number;
  /** `HOOKLANE_BREAKER_FAULTS`: consecutive faults that open a lane; 0 turns the breaker off. */
  readonly breakerFaults: number;
  /** `HOOKLANE_BREAKER_SPAN`: the faults must span at least this long, 0s to 1h. */
  readonly breakerSpanMs: number;
  /** `HOOKLANE_DISABLE_AFTER`: a webhook whose every try failed for so long is disabled, 0s to 366d; 0: never. */
  readonly disableAfterMs: number;
  /** `HOOKLANE_REDIS_BUDGET`: the most bytes that Redis may use, 1MiB and more; 0: its own `maxmemory`. */
  readonly redisBudgetBytes: number;
  /** `LOG_LEVEL`: `trace`, `debug`, `info`, `warn`, `error`, `fatal`, `silent`. */
  readonly logLevel: LogLevel;
  /**
   * `OTEL_EXPORTER_OTLP_ENDPOINT` or `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` is set: a worker sends a span for each try to
   * it. The other standard variables of OpenTelemetry hold as well.
   */
  readonly tracing: boolean;
  /** `OTEL_SERVICE_NAME`; null: the name of the program. */
  readonly serviceName: string | null;
}

/**
 * Reads the settings; the result is frozen. An empty value counts as not set. `REDIS_URL`, `HOOKLANE_API_TOKEN` and the
 * others that hold a secret may come from a file instead, named by `REDIS_URL_FILE` and so on.
 * Throws `invalid_setting`: one line for each bad setting with its name, its bound and its value; the values of the
 * token and of the key are never shown.
 */
export function readSettings(env: Environment): Settings {
  const files = readSettingFiles(env);
  const given = Object.fromEntries(
    SETTING_NAMES.map((name) => [name, files.values[name] ?? notEmpty(env[name])]),
  );
  const result = schema.safeParse(given);
  const redis = result.success ? readRedisAccess(result.data) : null;
  const refusals = [
    ...files.refusals,
    ...(result.error?.issues ?? []).map(refusalOf),
    ...(redis?.refusals ?? []),
    ...(result.success ? unknownShards(result.data) : []),
  ];
  if (result.success && redis !== null && refusals.length === 0) return freeze(result.data, redis.access);
  throw new HooklaneError('invalid_setting', {
    detail: refusals.map(({ message }) => message).join('\n'),
    ...(refusals[0] === undefined ? {} : { field: refusals[0].field }),
  });
}

function refusalOf(issue: z.core.$ZodIssue): FileRefusal {
  const field = String(issue.path[0]);
  return { field, message: `${field} ${issue.message}` };
}

type Data = z.infer<typeof schema>;

/** A worker that served a shard that there is not would leave one that there is alone. */
function unknownShards({ HOOKLANE_SHARDS: shards, HOOKLANE_WORKER_SHARDS: served }: Data): FileRefusal[] {
  const unknown = served?.find((shard) => shard >= shards);
  if (unknown === undefined) return [];
  const bound = shards === 1 ? 'shard 0, for HOOKLANE_SHARDS is 1' : `shards from 0 to ${shards - 1}`;
  const field = 'HOOKLANE_WORKER_SHARDS';
  return [{ field, message: `${field} must name ${bound}; this one names ${unknown}.` }];
}

function freeze(data: Data, redis: RedisAccess): Settings {
  return Object.freeze({
    redis,
    redisReplicas: data.HOOKLANE_REDIS_REPLICAS,
    port: data.PORT,
    apiToken: data.HOOKLANE_API_TOKEN,
    secretKey: data.HOOKLANE_SECRET_KEY,
    otherSecretKeys: Object.freeze(data.HOOKLANE_OTHER_SECRET_KEYS),
    retryPolicy: { ...data.HOOKLANE_RETRY_SCHEDULE, retryAfterMaxMs: data.HOOKLANE_RETRY_AFTER_MAX },
    requestTimeoutMs: data.HOOKLANE_REQUEST_TIMEOUT,
    allowedNetworks: Object.freeze(data.HOOKLANE_ALLOWED_NETWORKS),
    allowedPorts: Object.freeze(data.HOOKLANE_ALLOWED_PORTS),
    auditRetentionMs: data.HOOKLANE_AUDIT_RETENTION,
    rateLimit: data.HOOKLANE_RATE_LIMIT,
    authFailureLimit: data.HOOKLANE_AUTH_FAILURE_LIMIT,
    shards: data.HOOKLANE_SHARDS,
    workerShards: Object.freeze(
      data.HOOKLANE_WORKER_SHARDS ?? Array.from({ length: data.HOOKLANE_SHARDS }, (_, shard) => shard),
    ),
    dataDir: data.HOOKLANE_DATA_DIR,
    retentionMs: data.HOOKLANE_RETENTION,
    laneSlots: data.HOOKLANE_LANE_SLOTS,
    slowLaneSlots: data.HOOKLANE_SLOW_LANE_SLOTS,
    graceMs: data.HOOKLANE_GRACE,
    breakerFaults: data.HOOKLANE_BREAKER_FAULTS,
    breakerSpanMs: data.HOOKLANE_BREAKER_SPAN,
    disableAfterMs: data.HOOKLANE_DISABLE_AFTER,
    redisBudgetBytes: data.HOOKLANE_REDIS_BUDGET,
    logLevel: data.LOG_LEVEL,
    tracing: (data.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? data.OTEL_EXPORTER_OTLP_ENDPOINT) !== null,
    serviceName: data.OTEL_SERVICE_NAME,
  });
}
