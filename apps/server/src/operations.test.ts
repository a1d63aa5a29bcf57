import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { HooklaneError } from '@hooklane/core';
import { makeTestServer } from './testing/test-server.ts';
import type { TestServer } from './testing/test-server.ts';

let server: TestServer;
beforeEach(() => {
  server = makeTestServer();
});
afterEach(() => server.app.close());

describe('GET /readyz', () => {
  test('is ready with a suitable Redis and the right key', async () => {
    expect(await server.ask('GET', '/readyz')).toMatchObject({
      status: 200,
      json: { ok: true, version: '7.0.15', problems: [] },
    });
  });

  test('is not ready with another key than the one that wrote the secrets, and says so', async () => {
    server.state.keyTrouble = new HooklaneError('secret_key_mismatch', { detail: 'Another key wrote them.' });
    expect(await server.ask('GET', '/readyz')).toMatchObject({
      status: 503,
      json: { ok: false, version: '7.0.15', problems: ['Another key wrote them.'] },
    });
    server.state.keyTrouble = null;
    expect((await server.ask('GET', '/readyz')).status).toBe(200);
  });

  test('names a Redis that is away once', async () => {
    server.state.readiness = { ok: false, version: null, problems: ['Redis is away.'] };
    server.state.keyTrouble = new HooklaneError('redis_unavailable', { detail: 'Redis is away.' });
    expect(await server.ask('GET', '/readyz')).toMatchObject({
      status: 503,
      json: { problems: ['Redis is away.'] },
    });
  });
});

describe('GET /v1/doctor, the backlog', () => {
  const findBacklog = async (): Promise<unknown> => {
    const { json } = await server.ask('GET', '/v1/doctor');
    return (json['findings'] as { check: string }[]).find(({ check }) => check === 'backlog');
  };

  test('is fine as long as nothing waits for more than a minute', async () => {
    server.state.backlog = { ...server.state.backlog, oldestDueAgeMs: 60_000, openLanes: 2 };
    expect(await findBacklog()).toMatchObject({ level: 'ok', advice: null });
  });

  test('is a warning when users wait', async () => {
    server.state.backlog = { ...server.state.backlog, oldestDueAgeMs: 60_001 };
    expect(await findBacklog()).toMatchObject({
      level: 'warning',
      advice: 'Users wait: start more workers.',
    });
  });

  test('is told in whole units', async () => {
    const ages = [
      [340, '0s'],
      [54_231.7, '54s'],
      [119_999, '119s'],
      [7_100_400, '118m'],
      [9_000_001, '2h'],
    ] as const;
    for (const [oldestDueAgeMs, told] of ages) {
      server.state.backlog = { ...server.state.backlog, waiting: 1, oldestDueAgeMs };
      expect(await findBacklog()).toMatchObject({
        message: expect.stringContaining(`1 delivery waits; the oldest is due for ${told};`),
      });
    }
  });

  test('is a warning as well while a lane is open, which is told', async () => {
    server.state.backlog = { ...server.state.backlog, oldestDueAgeMs: 600_000, openLanes: 1 };
    expect(await findBacklog()).toMatchObject({
      level: 'warning',
      message: '2 deliveries wait; the oldest is due for 10m; 1 lane is open.',
      advice: expect.stringMatching(/^Users wait\. Open lanes wait for receivers that fail/),
    });
  });
});
