import { randomBytes } from 'node:crypto';
import { HooklaneError } from '@hooklane/core';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { SETTING_NAMES, readSettings } from './settings.ts';

function refusal(env: Record<string, string>): HooklaneError {
  try {
    readSettings(env);
  } catch (error) {
    if (error instanceof HooklaneError) return error;
    throw error;
  }
  throw new Error(`nothing was refused in ${JSON.stringify(env)}`);
}

test('an empty environment gives the defaults of the design, frozen', () => {
  const settings = readSettings({});
  expect(settings).toEqual({
    redis: { url: 'redis://127.0.0.1:6379' },
    redisReplicas: 0,
    port: 8080,
    apiToken: null,
    secretKey: null,
    otherSecretKeys: [],
    retryPolicy: {
      scheduleMs: [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400].map((s) => s * 1000),
      jitter: 0.2,
      retryAfterMaxMs: 86_400_000,
    },
    requestTimeoutMs: 15_000,
    allowedNetworks: [],
    allowedPorts: null,
    auditRetentionMs: 90 * 86_400_000,
    rateLimit: 600_000,
    authFailureLimit: 30,
    shards: 1,
    workerShards: [0],
    dataDir: '.hooklane',
    retentionMs: 7 * 86_400_000,
    laneSlots: 64,
    slowLaneSlots: 64,
    graceMs: 20_000,
    breakerFaults: 10,
    breakerSpanMs: 30_000,
    disableAfterMs: 5 * 86_400_000,
    redisBudgetBytes: 0,
    logLevel: 'info',
    tracing: false,
    serviceName: null,
  });
  expect(Object.isFrozen(settings)).toBe(true);
  expect(Object.isFrozen(settings.allowedNetworks)).toBe(true);
});

test('an empty value counts as not set', () => {
  const empty = Object.fromEntries(SETTING_NAMES.map((name) => [name, '']));
  expect(readSettings(empty)).toEqual(readSettings({}));
});

test('given values are read', () => {
  const key = randomBytes(32).toString('base64');
  const settings = readSettings({
    REDIS_URL: 'rediss://u:p@redis.internal:6380/1',
    PORT: '0',
    HOOKLANE_API_TOKEN: 'a-token-of-enough-length',
    HOOKLANE_SECRET_KEY: key,
    HOOKLANE_RETRY_SCHEDULE: '100ms, 2s',
    HOOKLANE_RETRY_AFTER_MAX: '2h',
    HOOKLANE_REQUEST_TIMEOUT: '100ms',
    HOOKLANE_ALLOWED_NETWORKS: '127.0.0.0/8, ::1/128, 10.0.0.7, fd00::7',
    HOOKLANE_ALLOWED_PORTS: '443, 8000-8999',
    HOOKLANE_RATE_LIMIT: '0',
    HOOKLANE_AUTH_FAILURE_LIMIT: '5',
    HOOKLANE_SHARDS: '8',
    HOOKLANE_WORKER_SHARDS: '5, 0-2,2',
    HOOKLANE_DATA_DIR: '/var/lib/hooklane',
    HOOKLANE_RETENTION: '30d',
    HOOKLANE_LANE_SLOTS: '1000',
    HOOKLANE_SLOW_LANE_SLOTS: '1',
    HOOKLANE_GRACE: '0s',
    HOOKLANE_BREAKER_FAULTS: '0',
    HOOKLANE_BREAKER_SPAN: '250ms',
    LOG_LEVEL: 'debug',
    UNKNOWN: 'ignored',
  });
  expect(settings).toMatchObject({
    redis: { url: 'rediss://u:p@redis.internal:6380/1' },
    port: 0,
    secretKey: key,
  });
  expect(settings).toMatchObject({ rateLimit: 0, authFailureLimit: 5 });
  expect(settings).toMatchObject({
    retryPolicy: { scheduleMs: [100, 2000], jitter: 0.2, retryAfterMaxMs: 7_200_000 },
    graceMs: 0,
  });
  expect(settings).toMatchObject({ requestTimeoutMs: 100, retentionMs: 30 * 86_400_000, breakerFaults: 0 });
  expect(settings.allowedNetworks).toEqual(['127.0.0.0/8', '::1/128', '10.0.0.7', 'fd00::7']);
  expect(settings.allowedPorts).toEqual([
    [443, 443],
    [8000, 8999],
  ]);
  expect(settings).toMatchObject({
    laneSlots: 1000,
    slowLaneSlots: 1,
    logLevel: 'debug',
    breakerSpanMs: 250,
  });
  expect(settings).toMatchObject({ shards: 8, workerShards: [0, 1, 2, 5] });
});

describe('a bad value is refused with its name, its bound and itself', () => {
  test.each([
    ['REDIS_URL', 'localhost:6379', 'a URL such as redis://127.0.0.1:6379'],
    ['REDIS_URL', 'http://127.0.0.1:6379', 'a URL such as redis://'],
    ['REDIS_URL', 'redis://127.0.0.1:6379/99', 'a URL with a database from 0 to 15'],
    ['REDIS_URL', 'redis://127.0.0.1:6379/16', 'a URL with a database from 0 to 15'],
    ['REDIS_URL', 'redis://127.0.0.1:6379/main', 'a URL with a database from 0 to 15'],
    ['REDIS_URL', 'redis://127.0.0.1:6379/0/', 'a URL with a database from 0 to 15'],
    ['HOOKLANE_REDIS_REPLICAS', '11', 'a whole number from 0 to 10'],
    ['PORT', '65536', 'a whole number from 0 to 65535'],
    ['PORT', '-1', 'a whole number from 0 to 65535'],
    ['PORT', '80.5', 'a whole number from 0 to 65535'],
    ['PORT', '0x50', 'a whole number from 0 to 65535'],
    ['HOOKLANE_RETRY_SCHEDULE', '5s,soon', '1ms to 168h'],
    ['HOOKLANE_RETRY_AFTER_MAX', '8d', 'from 0s to 168h'],
    ['HOOKLANE_REQUEST_TIMEOUT', '99ms', 'from 100ms to 1m'],
    ['HOOKLANE_REQUEST_TIMEOUT', '61s', 'from 100ms to 1m'],
    ['HOOKLANE_REQUEST_TIMEOUT', '15', 'such as 250ms, 5s'],
    ['HOOKLANE_ALLOWED_NETWORKS', '10.0.0.0/33', 'networks such as 10.0.0.0/8'],
    ['HOOKLANE_ALLOWED_NETWORKS', '10.0.0', 'networks such as 10.0.0.0/8'],
    ['HOOKLANE_ALLOWED_NETWORKS', '10.0.0.1/', 'networks such as 10.0.0.0/8'],
    ['HOOKLANE_ALLOWED_NETWORKS', '127.0.0.0/8,', 'networks such as 10.0.0.0/8'],
    ['HOOKLANE_ALLOWED_NETWORKS', '::1/129', 'networks such as 10.0.0.0/8'],
    ['HOOKLANE_ALLOWED_NETWORKS', 'all/0', 'networks such as 10.0.0.0/8'],
    ['HOOKLANE_ALLOWED_PORTS', '0', 'from 1 to 65535'],
    ['HOOKLANE_ALLOWED_PORTS', '443,65536', 'from 1 to 65535'],
    ['HOOKLANE_ALLOWED_PORTS', '8999-8000', 'such as 443,8000-8999'],
    ['HOOKLANE_ALLOWED_PORTS', '443,', 'such as 443,8000-8999'],
    ['HOOKLANE_ALLOWED_PORTS', 'https', 'such as 443,8000-8999'],
    ['HOOKLANE_RATE_LIMIT', '-1', 'from 0 to 100000000'],
    ['HOOKLANE_AUTH_FAILURE_LIMIT', 'many', 'from 0 to 1000000'],
    ['HOOKLANE_SHARDS', '0', 'a whole number from 1 to 256'],
    ['HOOKLANE_SHARDS', '257', 'a whole number from 1 to 256'],
    ['HOOKLANE_WORKER_SHARDS', '0,', 'ranges from 0 to 255, such as 0,2-3'],
    ['HOOKLANE_WORKER_SHARDS', '3-2', 'ranges from 0 to 255, such as 0,2-3'],
    ['HOOKLANE_WORKER_SHARDS', '256', 'ranges from 0 to 255, such as 0,2-3'],
    ['HOOKLANE_WORKER_SHARDS', 'all', 'ranges from 0 to 255, such as 0,2-3'],
    ['HOOKLANE_RETENTION', '30s', 'from 1m to 8784h'],
    ['HOOKLANE_REDIS_BUDGET', '512MB', 'such as 512MiB'],
    ['HOOKLANE_REDIS_BUDGET', '1125899906842625', 'to 1125899906842624 bytes'],
    ['HOOKLANE_LANE_SLOTS', '0', 'from 1 to 1000'],
    ['HOOKLANE_SLOW_LANE_SLOTS', '1001', 'from 1 to 1000'],
    ['HOOKLANE_GRACE', '11m', 'from 0s to 10m'],
    ['HOOKLANE_BREAKER_FAULTS', 'off', 'from 0 to 1000000'],
    ['HOOKLANE_BREAKER_SPAN', '2h', 'from 0s to 1h'],
    ['LOG_LEVEL', 'loud', 'one of trace, debug, info, warn, error, fatal, silent'],
  ])('%s=%s', (name, value, bound) => {
    const error = refusal({ [name]: value });
    expect(error.code).toBe('invalid_setting');
    expect(error.field).toBe(name);
    expect(error.message).toContain(`${name} must be`);
    expect(error.message).toContain(bound);
    expect(error.message).toContain(JSON.stringify(value));
  });
});

test('a worker serves all shards by itself, and none that there is not', () => {
  expect(readSettings({ HOOKLANE_SHARDS: '3' }).workerShards).toEqual([0, 1, 2]);
  const error = refusal({ HOOKLANE_SHARDS: '3', HOOKLANE_WORKER_SHARDS: '0,3' });
  expect(error.field).toBe('HOOKLANE_WORKER_SHARDS');
  expect(error.message).toBe('HOOKLANE_WORKER_SHARDS must name shards from 0 to 2; this one names 3.');
  expect(refusal({ HOOKLANE_WORKER_SHARDS: '1' }).message).toContain('must name shard 0');
});

test('every database that Redis has by itself is taken; one in the query is held to the same bound', () => {
  for (const end of ['', '/', '/0', '/15', '/2?family=6', '?db=15']) {
    const url = `redis://127.0.0.1:6379${end}`;
    expect(readSettings({ REDIS_URL: url }).redis.url).toBe(url);
  }
  expect(refusal({ REDIS_URL: 'redis://127.0.0.1:6379?db=16' }).message).toContain('from 0 to 15');
});

test('a data folder that no file system takes is refused', () => {
  expect(refusal({ HOOKLANE_DATA_DIR: 'd'.repeat(1025) }).message).toContain('at most 1024 characters');
});

test('all bad settings are told at once', () => {
  const error = refusal({ PORT: 'x', HOOKLANE_GRACE: 'y', LOG_LEVEL: 'z' });
  expect(error.message.split('\n')).toHaveLength(3);
});

test.each([
  ['HOOKLANE_API_TOKEN', 'sh0rt'],
  ['HOOKLANE_API_TOKEN', 'with a space in the token'],
  ['HOOKLANE_API_TOKEN', 'fifteen-charact'],
  ['HOOKLANE_API_TOKEN', 'changeme-changeme'],
  ['HOOKLANE_API_TOKEN', 'Please-Change-Me-0123456789'],
  ['HOOKLANE_API_TOKEN', '<replace-with-a-token>'],
  ['HOOKLANE_API_TOKEN', 'your-secret-api-token'],
  ['HOOKLANE_API_TOKEN', 'hooklane-demo-token-123'],
  ['HOOKLANE_API_TOKEN', 'default-token-of-compose'],
  ['HOOKLANE_API_TOKEN', 'xxxxxxxxxxxxxxxxxxxxxxxx'],
  [
    'HOOKLANE_OTHER_SECRET_KEYS',
    `${randomBytes(32).toString('base64')},${randomBytes(31).toString('base64')}`,
  ],
  ['HOOKLANE_OTHER_SECRET_KEYS', Array.from({ length: 6 }, () => randomBytes(32).toString('base64')).join()],
  ['HOOKLANE_SECRET_KEY', randomBytes(31).toString('base64')],
  ['HOOKLANE_SECRET_KEY', randomBytes(33).toString('base64')],
  ['HOOKLANE_SECRET_KEY', randomBytes(32).toString('hex')],
  ['HOOKLANE_SECRET_KEY', randomBytes(32).toString('base64url').slice(0, 42)],
  // Not canonical: the last digit carries bits that belong to no byte.
  ['HOOKLANE_SECRET_KEY', `${'A'.repeat(42)}B=`],
])('a bad %s is refused and never shown', (name, value) => {
  const error = refusal({ [name]: value });
  expect(error.field).toBe(name);
  expect(error.message).toContain('its value is not shown');
  expect(error.message).not.toContain(value);
});

test('the password of a refused Redis URL is never shown', () => {
  const password = fc.stringMatching(/^[a-zA-Z0-9@:/?#]{4,20}$/).map((text) => `pw${text}`);
  fc.assert(
    fc.property(password, fc.constantFrom('redis//', 'http://', ''), (secret, scheme) => {
      const error = refusal({ REDIS_URL: `${scheme}user:${secret}@host:6379` });
      expect(error.message).not.toContain(secret);
    }),
  );
});

test('any text for any setting is read or refused by its name, nothing else', () => {
  fc.assert(
    fc.property(fc.constantFrom(...SETTING_NAMES), fc.string({ unit: 'binary' }), (name, value) => {
      try {
        readSettings({ [name]: value });
      } catch (error) {
        expect(error).toBeInstanceOf(HooklaneError);
        expect((error as HooklaneError).field).toBe(name);
        expect((error as HooklaneError).message.length).toBeLessThan(500);
      }
    }),
  );
});

test.each(['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'])(
  '%s turns tracing on, and must be an address',
  (name) => {
    expect(readSettings({ [name]: 'http://collector:4318' }).tracing).toBe(true);
    expect(refusal({ [name]: 'user:secret@collector' }).message).toBe(
      `${name} must be an address that begins with http:// or https://; its value is not shown.`,
    );
  },
);
