import { describe, expect, test } from '@jest/globals';
import { type WebhookTarget, sampleEventBody } from '@hooklane/core';
import { verifyGithub, verifyStandard, verifyToken } from '@hooklane/signature';
import {
  MemoryLane,
  ScriptedSender,
  TARGET,
  answer,
  dueOf,
  laneOptions,
} from '../../fixtures/memory-lane.ts';
import { buildRequest } from './build-request.ts';
import type { PostResult } from './ports.ts';
import { giveUp, interruptedAttempt, runAttempt } from './run-attempt.ts';

const NOW = 1_800_000_000_123;
const SENDING = { now: NOW, userAgent: 'Hooklane/1.2.3' };
const BODY = '{"text": "ü\\u0000", "n": 1.0}';

function build(target: Partial<WebhookTarget> = {}, tries = 0) {
  return buildRequest({ ...TARGET, ...target }, dueOf('evt_1', { body: BODY, tries }), SENDING);
}

describe('A request', () => {
  test('carries the body as it came and the headers of the contract, no more', () => {
    expect(build({}, 1)).toEqual({
      url: TARGET.url,
      body: BODY,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Hooklane/1.2.3',
        'webhook-id': 'evt_1',
        'webhook-timestamp': '1800000000',
        'hooklane-event': 'build.finished',
        'hooklane-delivery': 'evt_1.wh_1',
        'hooklane-attempt': '2',
      },
    });
  });

  test('has the same id on every try, and counts the tries', () => {
    const requests = [0, 1, 7].map((tries) => build({}, tries).headers);
    expect(new Set(requests.map((headers) => headers['webhook-id'])).size).toBe(1);
    expect(requests.map((headers) => headers['hooklane-attempt'])).toEqual(['1', '2', '8']);
  });

  test('is signed so that the receiver can verify it; during a rotation by both secrets', () => {
    const { headers } = build({ secrets: ['new secret', 'old secret'] });
    const at = { body: BODY, headers, now: NOW };
    for (const secret of ['new secret', 'old secret']) {
      expect(verifyStandard({ ...at, secrets: [secret] })).toMatchObject({ ok: true });
    }
    expect(verifyStandard({ ...at, secrets: ['another'] })).toMatchObject({ ok: false });
    expect(verifyStandard({ ...at, body: `${BODY} `, secrets: ['new secret'] })).toMatchObject({ ok: false });
  });

  test('is signed as the webhook asks', () => {
    const github = build({ secrets: ['s3cret'], signing: 'github' });
    expect(verifyGithub({ body: BODY, headers: github.headers, secrets: ['s3cret'] })).toMatchObject({
      ok: true,
    });
    const token = build({ secrets: ['s3cret'], signing: 'token' });
    expect(token.headers['x-token']).toBe('s3cret');
    expect(
      verifyToken({ headers: token.headers, tokenHeader: 'x-token', secrets: ['s3cret'] }),
    ).toMatchObject({ ok: true });
  });
});

async function attempt(result: PostResult, charged = 0) {
  const sender = new ScriptedSender();
  sender.reply = () => result;
  const options = laneOptions(new MemoryLane(), sender, {
    now: () => NOW,
    policy: { scheduleMs: [1000, 2000], jitter: 0 },
  });
  const due = dueOf('evt_1', { body: JSON.stringify(sampleEventBody), charged, tries: charged + 3 });
  return { due, settlement: await runAttempt(options, TARGET, due, new AbortController().signal) };
}

describe('An attempt', () => {
  test('that was answered with 2xx is delivered, and keeps no answer', async () => {
    const { due, settlement } = await attempt({ ...answer(202), durationMs: 12.6 });
    expect(settlement).toEqual({
      delivery: due,
      charged: true,
      disposition: { kind: 'delivered' },
      attempt: {
        number: 4,
        startedAt: NOW,
        durationMs: 13,
        outcome: 'ok',
        fault: null,
        statusCode: 202,
        error: null,
        response: null,
      },
    });
  });

  test('that failed keeps what the receiver said', async () => {
    const { settlement } = await attempt({
      kind: 'answer',
      statusCode: 503,
      headers: { server: 'x' },
      excerpt: { body: 'busy', truncated: true },
      retryAfter: '3',
      durationMs: 5,
    });
    expect(settlement.disposition).toEqual({ kind: 'retry', at: NOW + 3000 });
    expect(settlement.attempt).toMatchObject({
      statusCode: 503,
      response: { headers: { server: 'x' }, body: 'busy', truncated: true },
    });
  });

  test.each([
    [404, false],
    [302, false],
    [408, true],
    [425, true],
    [429, true],
    [500, true],
  ])('that was answered %i waits as long as Retry-After asks: %s', async (statusCode, waits) => {
    const { settlement } = await attempt({
      kind: 'answer',
      statusCode,
      headers: {},
      excerpt: null,
      retryAfter: '86400',
      durationMs: 5,
    });
    const asked = NOW + 86_400_000;
    expect(settlement.disposition.kind).toBe('retry');
    const due = 'at' in settlement.disposition ? settlement.disposition.at : 0;
    expect(due === asked).toBe(waits);
  });

  test('without an answer says why', async () => {
    const { settlement } = await attempt({
      kind: 'failure',
      code: 'refused',
      message: 'refused',
      durationMs: 1,
    });
    expect(settlement.attempt).toMatchObject({
      outcome: 'unreachable',
      fault: 'network',
      statusCode: null,
      error: { code: 'refused', message: 'refused' },
      response: null,
    });
  });

  test('after the last of the schedule is dead, counted by charged tries and not by all', async () => {
    expect((await attempt(answer(500), 1)).settlement.disposition).toEqual({ kind: 'retry', at: NOW + 2000 });
    expect((await attempt(answer(500), 2)).settlement.disposition).toEqual({
      kind: 'dead',
      reason: 'exhausted',
    });
  });
});

test('A try that nobody saw the end of costs nothing and goes out again at once', () => {
  expect(interruptedAttempt(dueOf('e', { tries: 2 }), NOW)).toMatchObject({
    charged: false,
    disposition: { kind: 'retry', at: NOW },
    attempt: { number: 3, outcome: 'interrupted', fault: 'ours' },
  });
});

test('Giving up makes no attempt', () => {
  expect(giveUp(dueOf('e'), 'lane_open')).toMatchObject({
    attempt: null,
    charged: false,
    disposition: { kind: 'dead', reason: 'lane_open' },
  });
});
