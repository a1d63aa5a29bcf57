import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { answer } from '../../fixtures/memory-lane.ts';
import { classify } from './classify.ts';
import type { PostFailureCode } from './ports.ts';

test.each([
  [200, 'ok', null],
  [202, 'ok', null],
  [204, 'ok', null],
  [299, 'ok', null],
  [100, 'rejected', 'receiver'],
  [300, 'rejected', 'receiver'],
  [301, 'rejected', 'receiver'],
  [302, 'rejected', 'receiver'],
  [307, 'rejected', 'receiver'],
  [304, 'rejected', 'receiver'],
  [400, 'rejected', 'receiver'],
  [401, 'rejected', 'receiver'],
  [403, 'rejected', 'receiver'],
  [404, 'rejected', 'receiver'],
  [408, 'rejected', 'receiver'],
  [410, 'gone', 'receiver'],
  [425, 'rejected', 'receiver'],
  [429, 'throttled', 'receiver'],
  [500, 'rejected', 'receiver'],
  [502, 'rejected', 'receiver'],
  [503, 'rejected', 'receiver'],
  [599, 'rejected', 'receiver'],
  [999, 'rejected', 'receiver'],
] as const)('The status %i is %s, a fault of %s', (status, outcome, fault) => {
  expect(classify(answer(status))).toMatchObject({ outcome, fault });
});

test('Only 2xx is a success', () => {
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 999 }), (status) => {
      expect(classify(answer(status)).outcome === 'ok').toBe(status >= 200 && status < 300);
    }),
  );
});

test('A redirect says that it is never followed; other answers speak for themselves', () => {
  expect(classify(answer(302)).error).toMatchObject({ code: 'redirect' });
  expect(classify(answer(500)).error).toBeNull();
});

const FAILURES: Record<PostFailureCode, [string, string]> = {
  timeout: ['timeout', 'receiver'],
  connect_timeout: ['timeout', 'network'],
  refused: ['unreachable', 'network'],
  reset: ['unreachable', 'network'],
  dns: ['unreachable', 'network'],
  unreachable: ['unreachable', 'network'],
  tls: ['unreachable', 'receiver'],
  headers_too_large: ['rejected', 'receiver'],
  bad_response: ['rejected', 'receiver'],
  blocked_address: ['blocked', 'ours'],
  blocked_port: ['blocked', 'ours'],
  bad_url: ['blocked', 'ours'],
  bad_request: ['blocked', 'ours'],
  local_resources: ['unreachable', 'ours'],
  aborted: ['interrupted', 'ours'],
  closed: ['interrupted', 'ours'],
};

test.each(Object.entries(FAILURES) as [PostFailureCode, [string, string]][])(
  'The failure %s is %j',
  (code, [outcome, fault]) => {
    expect(classify({ kind: 'failure', code, message: 'why', durationMs: 3 })).toEqual({
      outcome,
      fault,
      error: { code, message: 'why' },
    });
  },
);
